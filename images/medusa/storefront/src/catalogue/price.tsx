import type { CalculatedPrice } from "../api/types";
import { formatMoney } from "../money";
import { useShop } from "../shell/shop";
import { originalAmount } from "./stock";

export function Price({ price, from = false }: { price: CalculatedPrice; from?: boolean }) {
  const { config } = useShop();
  const currency = price.currency_code || config.currencyCode;
  const before = originalAmount(price);
  return (
    <span class="price">
      {from && "From "}
      {before !== undefined && <span class="visually-hidden">Now </span>}
      <span class={before === undefined ? undefined : "price-reduced"}>
        {formatMoney(price.calculated_amount ?? 0, currency)}
      </span>
      {before !== undefined && (
        <>
          <span class="visually-hidden">, before </span> <s>{formatMoney(before, currency)}</s>
        </>
      )}
    </span>
  );
}
