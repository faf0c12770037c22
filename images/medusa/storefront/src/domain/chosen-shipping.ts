import type { Cart } from "../lib/api/types";

/** The id of the shipping option that the cart has. */
export function chosenShipping(cart: Cart | undefined): string | undefined {
  return cart?.shipping_methods?.[0]?.shipping_option_id ?? undefined;
}
