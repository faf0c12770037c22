import { expect, test } from "vitest";
import type { Product, Variant } from "../lib/api/types";
import { choicesOf, preferredVariant, valuesOf, variantFor, variantName } from "./choices";
import { isBuyable, isInStock, originalAmount, priceRange } from "./stock";

const price = (amount: number | null, before = amount) => ({
  calculated_amount: amount,
  original_amount: before,
  currency_code: "usd",
});
const variant = (size: string, color: string, stock: number, amount: number | null = 10): Variant => ({
  id: `${size}-${color}`,
  title: `${size} / ${color}`,
  manage_inventory: true,
  allow_backorder: false,
  inventory_quantity: stock,
  calculated_price: price(amount),
  options: [
    { id: "1", option_id: "size", value: size },
    { id: "2", option_id: "color", value: color },
    { id: "3", option_id: "fabric", value: "Linen" },
  ],
});
const product: Product = {
  id: "p",
  title: "Apron",
  handle: "apron",
  thumbnail: null,
  options: [
    { id: "size", title: "Size", values: ["S", "M", "XXL"].map((value) => ({ id: value, value })) },
    { id: "color", title: "Color", values: ["Sand", "Slate"].map((value) => ({ id: value, value })) },
    { id: "fabric", title: "Fabric", values: [{ id: "Linen", value: "Linen" }] },
  ],
  variants: [variant("M", "Sand", 0), variant("S", "Sand", 2, 12), variant("S", "Slate", 5, 9)],
};

test("only values that a variant has are offered, in the merchant's order; single values are no choice", () => {
  expect(choicesOf(product)).toEqual([
    { id: "size", title: "Size", values: ["S", "M"] },
    { id: "color", title: "Color", values: ["Sand", "Slate"] },
  ]);
});

test("the first variant that can be bought is chosen at first", () => {
  expect(preferredVariant(product)?.id).toBe("S-Sand");
  expect(preferredVariant({ ...product, variants: [variant("M", "Sand", 0)] })?.id).toBe("M-Sand");
  expect(preferredVariant({ ...product, variants: null })).toBeUndefined();
});

test("a combination that is not made has no variant", () => {
  const choices = valuesOf(variant("S", "Slate", 1));
  expect(variantFor(product, choices)?.id).toBe("S-Slate");
  expect(variantFor(product, { ...choices, size: "M" })).toBeUndefined();
});

test("stock counts only where it is managed", () => {
  expect(isInStock(variant("S", "Sand", 0))).toBe(false);
  expect(isInStock({ ...variant("S", "Sand", 0), manage_inventory: false })).toBe(true);
  expect(isInStock({ ...variant("S", "Sand", 0), allow_backorder: true })).toBe(true);
  expect(isBuyable(variant("S", "Sand", 5, null))).toBe(false);
});

test("the lowest price leads, and says that others are higher", () => {
  expect(priceRange(product)).toMatchObject({ lowest: { calculated_amount: 9 }, varies: true });
  expect(priceRange({ ...product, variants: [variant("S", "Sand", 1, 0)] })?.varies).toBe(false);
  expect(priceRange({ ...product, variants: [variant("S", "Sand", 1, null)] })).toBeUndefined();
});

test("only a reduction shows the price before", () => {
  expect(originalAmount(price(8, 10))).toBe(10);
  expect(originalAmount(price(10, 10))).toBeUndefined();
  expect(originalAmount(price(12, 10))).toBeUndefined();
});

test("the name of the only variant is not shown", () => {
  expect(["Default variant", "Default", "S / Sand", null].map(variantName)).toEqual(["", "", "S / Sand", ""]);
});
