import type { LineItem, Totals } from "../api/types";

export interface Sum {
  label: string;
  amount: number;
}

/**
 * The lines above the total. They add up to it, either with the taxes in each line or with the taxes as a
 * line of their own, whichever way the prices of the items are.
 */
export function sumsOf(totals: Totals & { items: LineItem[] | null }, shippingKnown: boolean): Sum[] {
  const gross = (totals.items ?? []).some((item) => item.is_tax_inclusive);
  const sums = [
    { label: "Items", amount: gross ? totals.original_item_total : totals.original_item_subtotal },
    ...(shippingKnown
      ? [
          {
            label: "Shipping",
            amount: gross ? totals.original_shipping_total : totals.original_shipping_subtotal,
          },
        ]
      : []),
  ];
  const discount = gross ? totals.discount_total : totals.discount_subtotal;
  if (discount > 0) sums.push({ label: "Discount", amount: -discount });
  if (totals.tax_total > 0) {
    sums.push({ label: gross ? "Taxes included" : "Taxes", amount: totals.tax_total });
  }
  return sums;
}

export function itemCount(items: LineItem[] | null | undefined): number {
  return (items ?? []).reduce((sum, item) => sum + item.quantity, 0);
}

export function countedItems(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}
