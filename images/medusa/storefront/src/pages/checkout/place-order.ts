import type { CartStore } from "../../domain/cart-store";
import { chosenShipping } from "../../domain/chosen-shipping";
import { addressOf, type Details } from "../../domain/details";
import { ApiError } from "../../lib/api/errors";
import type { StoreApi } from "../../lib/api/store-api";

const manualPayment = "pp_system_default";
const completionAttempts = 4;
const pauseMilliseconds = 700;

/**
 * Makes the cart an order and returns the order's id. May be called again after any failure: a cart becomes
 * one order only, and where an earlier call may have reached the server, that order is asked for first.
 */
export async function placeOrder(
  api: StoreApi,
  carts: CartStore,
  details: Details,
  shippingOptionId: string,
  pause: (milliseconds: number) => Promise<void> = wait,
): Promise<string> {
  const cartId = carts.cartId();
  if (!cartId) throw new ApiError("missing", "no cart");
  try {
    const address = addressOf(details);
    const cart = await api.updateCart(cartId, {
      email: details.email.trim(),
      shipping_address: address,
      billing_address: address,
    });
    if (chosenShipping(cart) !== shippingOptionId) await api.chooseShippingOption(cartId, shippingOptionId);
    await api.startPayment(await api.paymentCollection(cartId), manualPayment);
  } catch (error) {
    const ordered = error instanceof ApiError && error.failure === "completed";
    if (!ordered) throw error;
  }
  carts.markBeingOrdered(cartId);
  return complete(api, cartId, pause);
}

/** Completing a completed cart answers with the order that it became. */
async function complete(
  api: StoreApi,
  cartId: string,
  pause: (milliseconds: number) => Promise<void>,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const completed = await api.completeCart(cartId);
      if (completed.type === "order") return completed.order.id;
      throw new ApiError("refused", completed.error.message);
    } catch (error) {
      const busy = error instanceof ApiError && error.failure === "busy";
      if (!busy || attempt === completionAttempts) throw error;
      await pause(pauseMilliseconds);
    }
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
