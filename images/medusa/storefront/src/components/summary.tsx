import { includedTaxes, sumsOf } from "../domain/totals";
import type { LineItem, Totals } from "../lib/api/types";
import { formatMoney } from "../lib/money";

export function Summary(props: { totals: Totals & { items: LineItem[] | null }; shippingKnown: boolean }) {
  const { totals, shippingKnown } = props;
  const taxes = includedTaxes(totals);
  return (
    <dl class="summary" aria-live="polite">
      {sumsOf(totals, shippingKnown).map(({ label, amount }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{formatMoney(amount, totals.currency_code)}</dd>
        </div>
      ))}
      <div class="summary-total">
        <dt>{shippingKnown ? "Total" : "Total without shipping"}</dt>
        <dd data-total>{formatMoney(totals.total, totals.currency_code)}</dd>
      </div>
      {taxes > 0 && (
        <div class="quiet">
          <dt>Taxes included</dt>
          <dd>{formatMoney(taxes, totals.currency_code)}</dd>
        </div>
      )}
    </dl>
  );
}
