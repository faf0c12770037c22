import { explain } from "../../lib/api/errors";
import { formatMoney } from "../../lib/money";
import type { Shipping } from "./use-shipping";

interface ShippingFieldProps {
  shipping: Shipping;
  currencyCode: string;
  change: (optionId: string) => void;
  retry: () => void;
}

export function ShippingField({ shipping, currencyCode, change, retry }: ShippingFieldProps) {
  return (
    <fieldset class="fields" id="shipping" tabIndex={-1} aria-busy={shipping.name === "loading"}>
      <legend>Shipping</legend>
      {shipping.name === "loading" && (
        <div class="option option-loading">
          <span class="visually-hidden">Looking up the ways of shipping…</span>
          <span class="bone bone-line" aria-hidden="true" />
        </div>
      )}
      {shipping.name === "failed" && (
        <div class="message message-bad" role="alert">
          <p>{explain(shipping.error)}</p>
          <button type="button" class="button button-quiet" onClick={retry}>
            Try again
          </button>
        </div>
      )}
      {shipping.name === "ready" && shipping.options.length === 0 && (
        <p class="message message-bad" role="alert">
          This shop does not ship to that address. Choose another country or check the postal code.
        </p>
      )}
      {shipping.name === "ready" &&
        shipping.options.map((option) => (
          <label class="option" key={option.id}>
            <input
              type="radio"
              name="shipping-option"
              value={option.id}
              checked={option.id === shipping.chosen}
              onChange={() => change(option.id)}
            />
            <span class="option-name">{option.name}</span>
            {option.type?.description && (
              <span class="quiet option-description">{option.type.description}</span>
            )}
            {typeof option.amount === "number" && (
              <span class="option-amount">
                {option.amount === 0 ? "Free" : formatMoney(option.amount, currencyCode)}
              </span>
            )}
          </label>
        ))}
    </fieldset>
  );
}
