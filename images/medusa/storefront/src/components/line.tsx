import { variantName } from "../domain/choices";
import type { LineItem } from "../lib/api/types";
import { formatMoney } from "../lib/money";
import { Picture } from "./picture";

export function lineName(line: LineItem): string {
  return line.product_title || line.title;
}

/** A line that only tells what is ordered. */
export function OrderedLine({ line, currencyCode }: { line: LineItem; currencyCode: string }) {
  const variant = variantName(line.variant_title);
  return (
    <li class="ordered-line">
      <Picture url={line.thumbnail} text="" />
      <p>
        <span class="line-name">{lineName(line)}</span>
        <span class="quiet">
          {variant && `${variant} · `}
          {line.quantity} × {formatMoney(line.unit_price, currencyCode)}
        </span>
      </p>
      <p class="line-amount">{formatMoney(line.unit_price * line.quantity, currencyCode)}</p>
    </li>
  );
}

/** Lines in the order in which they were added. */
export function inOrder(lines: LineItem[] | null | undefined): LineItem[] {
  return [...(lines ?? [])].sort(
    (a, b) => (a.created_at ?? "").localeCompare(b.created_at ?? "") || a.id.localeCompare(b.id),
  );
}
