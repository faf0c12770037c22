import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../lib/api/errors";
import type { StoreApi } from "../lib/api/store-api";
import type { Cart } from "../lib/api/types";
import { memoryStorage } from "../lib/storage";
import { CartStore } from "./cart-store";

const cart = (id: string, fields: Partial<Cart> = {}) =>
  ({ id, region_id: "reg", completed_at: null, items: [], ...fields }) as Cart;
const missing = new ApiError("missing", "not found");

const calls = {
  cart: vi.fn<StoreApi["cart"]>(),
  createCart: vi.fn<StoreApi["createCart"]>(),
  addLine: vi.fn<StoreApi["addLine"]>(),
  setLineQuantity: vi.fn<StoreApi["setLineQuantity"]>(),
  removeLine: vi.fn<StoreApi["removeLine"]>(),
  completeCart: vi.fn<StoreApi["completeCart"]>(),
};

function open(storedCart?: string) {
  const storage = memoryStorage();
  if (storedCart) storage.setItem("cart", storedCart);
  return { storage, store: new CartStore(calls as unknown as StoreApi, "reg", storage) };
}

beforeEach(() => vi.resetAllMocks());

test("a first visit asks the server nothing", async () => {
  const { store } = open();
  await store.load();
  expect(store.state.value).toEqual({ name: "ready", cart: undefined });
  expect(calls.cart).not.toHaveBeenCalled();
});

test("the first product starts a cart, the second goes into it", async () => {
  const { store, storage } = open();
  calls.createCart.mockResolvedValue(cart("c1"));
  calls.addLine.mockResolvedValue(cart("c1"));
  await store.add("v1", 1);
  await store.add("v2", 1);
  expect(storage.getItem("cart")).toBe("c1");
  expect(calls.addLine).toHaveBeenCalledWith("c1", "v2", 1);
  expect(calls.createCart).toHaveBeenCalledTimes(1);
});

test("two products at once share one cart", async () => {
  const { store } = open();
  calls.createCart.mockResolvedValue(cart("c1"));
  calls.addLine.mockResolvedValue(cart("c1"));
  await Promise.all([store.add("v1", 1), store.add("v2", 1)]);
  expect(calls.createCart).toHaveBeenCalledTimes(1);
});

test.each([
  ["gone", () => calls.cart.mockRejectedValue(missing)],
  ["ordered", () => calls.cart.mockResolvedValue(cart("old", { completed_at: "2026-01-01" }))],
  ["of another region", () => calls.cart.mockResolvedValue(cart("old", { region_id: "other" }))],
])("a cart that is %s is dropped quietly", async (_name, arrange) => {
  const { store, storage } = open("old");
  arrange();
  await store.load();
  expect(store.state.value).toEqual({ name: "ready", cart: undefined });
  expect(storage.getItem("cart")).toBeNull();
});

test("adding to a cart that is gone starts a new one", async () => {
  const { store, storage } = open("old");
  calls.addLine.mockRejectedValue(missing);
  calls.cart.mockRejectedValue(missing);
  calls.createCart.mockResolvedValue(cart("new"));
  await store.add("v1", 1);
  expect(storage.getItem("cart")).toBe("new");
});

test("a product that is gone does not cost the cart", async () => {
  const { store, storage } = open("c1");
  calls.addLine.mockRejectedValue(missing);
  calls.cart.mockResolvedValue(cart("c1"));
  await expect(store.add("gone", 1)).rejects.toBe(missing);
  expect(storage.getItem("cart")).toBe("c1");
  expect(calls.createCart).not.toHaveBeenCalled();
});

test("a lost connection keeps the cart for later", async () => {
  const { store, storage } = open("c1");
  calls.cart.mockRejectedValueOnce(new ApiError("offline", ""));
  await store.load();
  expect(store.state.value.name).toBe("failed");
  calls.cart.mockResolvedValue(cart("c1"));
  await store.load();
  expect(store.cart?.id).toBe("c1");
  expect(storage.getItem("cart")).toBe("c1");
});

test("changes run in the order in which they were asked for, also after a failure", async () => {
  const { store } = open("c1");
  const order: number[] = [];
  calls.setLineQuantity.mockImplementation(async (_cart, _line, quantity) => {
    await new Promise((resolve) => setTimeout(resolve, 10 - quantity));
    order.push(quantity);
    if (quantity === 2) throw new ApiError("soldOut", "");
    return cart("c1");
  });
  const changes = [2, 3, 4].map((quantity) => store.setQuantity("l1", quantity));
  await Promise.allSettled(changes);
  expect(order).toEqual([2, 3, 4]);
});

test("a line removed elsewhere: the cart is shown as it is now", async () => {
  const { store } = open("c1");
  calls.setLineQuantity.mockRejectedValue(missing);
  calls.cart.mockResolvedValue(cart("c1", { email: "now" }));
  await expect(store.setQuantity("l1", 2)).rejects.toBe(missing);
  expect(store.cart?.email).toBe("now");
});

test("a cart whose order got no answer leads to that order", async () => {
  const { store } = open("c1");
  store.markBeingOrdered("c1");
  calls.cart.mockResolvedValue(cart("c1", { completed_at: "2026-01-01" }));
  calls.completeCart.mockResolvedValue({ type: "order", order: { id: "o1" } });
  await store.load();
  expect(store.foundOrder.value).toBe("o1");
});

test("a cart that was not ordered is never completed by looking at it", async () => {
  const { store } = open("c1");
  store.markBeingOrdered("c1");
  calls.cart.mockResolvedValue(cart("c1"));
  await store.load();
  expect(calls.completeCart).not.toHaveBeenCalled();
});
