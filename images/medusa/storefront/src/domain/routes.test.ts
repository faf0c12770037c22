import { expect, test } from "vitest";
import { isOurs, productPath, type Route, routeOf } from "./routes";

const at = (path: string) => new URL(path, "http://shop.test");

test.each<[string, Route]>([
  ["/", { page: "products", number: 1 }],
  ["/?page=3", { page: "products", number: 3 }],
  ["/?page=-1", { page: "products", number: 1 }],
  ["/?page=x", { page: "products", number: 1 }],
  ["/products/", { page: "products", number: 1 }],
  ["/products/mug", { page: "product", handle: "mug" }],
  ["/products/m%C3%BCg%20%2F", { page: "product", handle: "müg /" }],
  ["/products/%E0%A4%A", { page: "product", handle: "%E0%A4%A" }],
  ["/cart/", { page: "cart" }],
  ["/cart/x", { page: "missing" }],
  ["/checkout", { page: "checkout" }],
  ["/order/order_1", { page: "order", id: "order_1" }],
  ["/order", { page: "missing" }],
  ["/nothing/is/here", { page: "missing" }],
])("%s", (path, route) => {
  expect(routeOf(at(path))).toEqual(route);
});

test("a handle survives its link", () => {
  expect(routeOf(at(productPath('a/b ?"<ü')))).toEqual({ page: "product", handle: 'a/b ?"<ü' });
});

test("links of the admin, of the API and of other hosts load a document", () => {
  const ours = (address: string) => isOurs(new URL(address, "http://shop.test"), "http://shop.test");
  expect(["/", "/cart", "/apple", "/products/app"].every(ours)).toBe(true);
  expect(["/app", "/app/orders", "/store/carts", "http://other.test/", "https://shop.test/"].some(ours)).toBe(
    false,
  );
});
