import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { chosenShipping } from "../../domain/chosen-shipping";
import { sameDestination } from "../../domain/details";
import { useShop } from "../../domain/shop";
import type { Address, ShippingOption } from "../../lib/api/types";

export type Shipping =
  | { name: "loading" }
  | { name: "failed"; error: unknown }
  | { name: "ready"; options: ShippingOption[]; chosen: string | undefined };

/**
 * The ways of shipping to a destination, with the one that the cart has. The cart gets the cheapest one at
 * first, so that the total is known without a further step.
 */
export function useShipping(firstDestination: Partial<Address>) {
  const { api, carts } = useShop();
  const [shipping, setShipping] = useState<Shipping>({ name: "loading" });
  const latest = useRef(0);

  const choose = useCallback(
    (optionId: string) => carts.change((cartId) => api.chooseShippingOption(cartId, optionId)),
    [api, carts],
  );

  const load = useCallback(
    async (destination: Partial<Address>) => {
      latest.current += 1;
      const turn = latest.current;
      const show = (next: Shipping) => {
        if (turn === latest.current) setShipping(next);
      };
      show({ name: "loading" });
      try {
        if (!sameDestination(carts.cart?.shipping_address, destination)) {
          await carts.change((cartId) => api.updateCart(cartId, { shipping_address: destination }));
        }
        const cartId = carts.cartId();
        if (!cartId || turn !== latest.current) return;
        const options = byAmount(await api.shippingOptions(cartId));
        const kept = options.find((option) => option.id === chosenShipping(carts.cart));
        const chosen = kept ?? options.find((option) => !option.insufficient_inventory);
        if (chosen && chosen !== kept && turn === latest.current) await choose(chosen.id);
        show({ name: "ready", options, chosen: chosen?.id });
      } catch (error) {
        show({ name: "failed", error });
      }
    },
    [api, carts, choose],
  );

  // Later destinations come through load
  useEffect(() => void load(firstDestination), []);

  /** Shows the choice at once and takes it back when the server does not accept it. */
  const change = async (optionId: string) => {
    if (shipping.name !== "ready") return;
    setShipping({ ...shipping, chosen: optionId });
    try {
      await choose(optionId);
    } catch (error) {
      setShipping({ name: "failed", error });
    }
  };

  return { shipping, load, change };
}

function byAmount(options: ShippingOption[]): ShippingOption[] {
  return [...options].sort((a, b) => (a.amount ?? Infinity) - (b.amount ?? Infinity));
}
