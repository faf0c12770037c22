import type { CalculatedPrice, Product, Variant } from "../lib/api/types";

/** True when the shop sells this variant at the moment: it has a price and is in stock. */
export function isBuyable(variant: Variant): boolean {
  return isPriced(variant) && isInStock(variant);
}

export function isInStock(variant: Variant): boolean {
  if (!variant.manage_inventory || variant.allow_backorder) return true;
  return (variant.inventory_quantity ?? 0) > 0;
}

export function isPriced(variant: Variant): boolean {
  return typeof variant.calculated_price?.calculated_amount === "number";
}

export interface PriceRange {
  lowest: CalculatedPrice & { calculated_amount: number };
  /** True when another variant costs more. */
  varies: boolean;
}

/** The lowest price of a product, or undefined when none of its variants has one. */
export function priceRange(product: Product): PriceRange | undefined {
  const prices = (product.variants ?? [])
    .map((variant) => variant.calculated_price)
    .filter((price): price is PriceRange["lowest"] => typeof price?.calculated_amount === "number")
    .sort((a, b) => a.calculated_amount - b.calculated_amount);
  const [lowest] = prices;
  if (!lowest) return undefined;
  return { lowest, varies: prices.some((price) => price.calculated_amount > lowest.calculated_amount) };
}

/** The price before a reduction, or undefined when there is none. */
export function originalAmount(price: CalculatedPrice): number | undefined {
  const { calculated_amount: now, original_amount: before } = price;
  return typeof now === "number" && typeof before === "number" && before > now ? before : undefined;
}
