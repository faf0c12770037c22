import { useShop } from "../../domain/shop";
import { originalAmount } from "../../domain/stock";
import type { CalculatedPrice } from "../../lib/api/types";
import { formatMoney } from "../../lib/money";

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
