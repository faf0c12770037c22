import { beforeEach, expect, test, vi } from "vitest";
import { CartStore } from "../../domain/cart-store";
import { emptyDetails } from "../../domain/details";
import { ApiError } from "../../lib/api/errors";
import type { StoreApi } from "../../lib/api/store-api";
import { memoryStorage } from "../../lib/storage";
import { placeOrder } from "./place-order";

const calls = {
  updateCart: vi.fn(),
  chooseShippingOption: vi.fn(),
  paymentCollection: vi.fn(),
  startPayment: vi.fn(),
  completeCart: vi.fn(),
};
const api = calls as unknown as StoreApi;
const details = { ...emptyDetails, email: " ada@example.com ", city: "Bonn", country_code: "de" };
const ordered = { type: "order", order: { id: "order_1" } };

let carts: CartStore;
const place = () => placeOrder(api, carts, details, "option", async () => undefined);

beforeEach(() => {
  vi.resetAllMocks();
  const storage = memoryStorage();
  storage.setItem("cart", "cart_1");
  carts = new CartStore(api, "reg", storage);
  calls.updateCart.mockResolvedValue({ shipping_methods: [] });
  calls.paymentCollection.mockResolvedValue("collection");
  calls.completeCart.mockResolvedValue(ordered);
});

test("address, shipping, manual payment, order", async () => {
  expect(await place()).toBe("order_1");
  const [cartId, change] = calls.updateCart.mock.calls[0] ?? [];
  expect(cartId).toBe("cart_1");
  expect(change).toMatchObject({ email: "ada@example.com", billing_address: { city: "Bonn" } });
  expect(calls.chooseShippingOption).toHaveBeenCalledWith("cart_1", "option");
  expect(calls.startPayment).toHaveBeenCalledWith("collection", "pp_system_default");
});

test("the way of shipping that the cart has already is not chosen again", async () => {
  calls.updateCart.mockResolvedValue({ shipping_methods: [{ id: "m", shipping_option_id: "option" }] });
  expect(await place()).toBe("order_1");
  expect(calls.chooseShippingOption).not.toHaveBeenCalled();
});

test("after a lost answer the second try finds the order", async () => {
  calls.completeCart.mockRejectedValueOnce(new ApiError("offline", ""));
  await expect(place()).rejects.toMatchObject({ failure: "offline" });
  expect(carts.isBeingOrdered("cart_1")).toBe(true);
  calls.updateCart.mockRejectedValue(new ApiError("completed", "already completed"));
  expect(await place()).toBe("order_1");
});

test("nothing is marked as ordered when the address is refused", async () => {
  calls.updateCart.mockRejectedValue(new ApiError("refused", "email"));
  await expect(place()).rejects.toMatchObject({ failure: "refused" });
  expect(calls.completeCart).not.toHaveBeenCalled();
  expect(carts.isBeingOrdered("cart_1")).toBe(false);
});

test("while another request completes the cart, its order is waited for", async () => {
  calls.completeCart
    .mockRejectedValueOnce(new ApiError("busy", ""))
    .mockRejectedValueOnce(new ApiError("busy", ""));
  expect(await place()).toBe("order_1");
});

test("a payment that is not accepted is no order", async () => {
  calls.completeCart.mockResolvedValue({ type: "cart", cart: {}, error: { type: "payment", message: "no" } });
  await expect(place()).rejects.toMatchObject({ failure: "refused" });
});
