import type { LineItem, Totals } from "../lib/api/types";

export interface Sum {
  label: string;
  amount: number;
}

type Priced = Totals & { items: LineItem[] | null };

/** True when the prices of the items have the taxes in them. */
function isGross(totals: Priced): boolean {
  return (totals.items ?? []).some((item) => item.is_tax_inclusive);
}

/** The lines above the total: they add up to it, with the taxes in each of them or as a line of their own. */
export function sumsOf(totals: Priced, shippingKnown: boolean): Sum[] {
  const gross = isGross(totals);
  const sums = [
    { label: "Items", amount: gross ? totals.original_item_total : totals.original_item_subtotal },
  ];
  if (shippingKnown) {
    const amount = gross ? totals.original_shipping_total : totals.original_shipping_subtotal;
    sums.push({ label: "Shipping", amount });
  }
  const discount = gross ? totals.discount_total : totals.discount_subtotal;
  if (discount > 0) sums.push({ label: "Discount", amount: -discount });
  if (totals.tax_total > 0 && !gross) sums.push({ label: "Taxes", amount: totals.tax_total });
  return sums;
}

/** The taxes that are in the lines already; 0 where they have their own. */
export function includedTaxes(totals: Priced): number {
  return isGross(totals) ? totals.tax_total : 0;
}

export function itemCount(items: LineItem[] | null | undefined): number {
  return (items ?? []).reduce((sum, item) => sum + item.quantity, 0);
}

export function countedItems(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}
