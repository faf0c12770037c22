import type { Product, Variant } from "../lib/api/types";
import { isBuyable } from "./stock";

/** What a shopper has chosen: option id → value. */
export type Choices = Record<string, string>;

export interface Choice {
  id: string;
  title: string;
  values: string[];
}

/** The options of a product with the values that its variants have; an option with one value is none. */
export function choicesOf(product: Product): Choice[] {
  const used = new Map<string, Set<string>>();
  for (const variant of product.variants ?? []) {
    for (const [optionId, value] of Object.entries(valuesOf(variant))) {
      used.set(optionId, (used.get(optionId) ?? new Set()).add(value));
    }
  }
  return (product.options ?? [])
    .map((option) => {
      const values = used.get(option.id) ?? new Set<string>();
      const ordered = (option.values ?? []).map(({ value }) => value).filter((value) => values.has(value));
      return { id: option.id, title: option.title, values: [...new Set([...ordered, ...values])] };
    })
    .filter((choice) => choice.values.length > 1);
}

/** The first variant that can be bought, else the first one. */
export function preferredVariant(product: Product): Variant | undefined {
  return product.variants?.find(isBuyable) ?? product.variants?.[0];
}

export function valuesOf(variant: Variant): Choices {
  const values: Choices = {};
  for (const { option_id: optionId, value } of variant.options ?? []) if (optionId) values[optionId] = value;
  return values;
}

/** The variant that has every chosen value, or undefined when that combination is not made. */
export function variantFor(product: Product, choices: Choices): Variant | undefined {
  return product.variants?.find((variant) => {
    const values = valuesOf(variant);
    return Object.entries(choices).every(([optionId, value]) => values[optionId] === value);
  });
}

/** Medusa names the only variant of a product so; shown to nobody. */
export function variantName(title: string | null | undefined): string {
  return title && !/^default( variant| option value)?$/i.test(title.trim()) ? title : "";
}
