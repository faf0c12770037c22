import { expect, test } from "vitest";
import type { LineItem } from "../lib/api/types";
import { countedItems, includedTaxes, itemCount, sumsOf } from "./totals";

const line = (fields: Partial<LineItem>) => ({ id: "1", quantity: 1, unit_price: 10, ...fields }) as LineItem;
// Two items of 10 with 20 % taxes on everything, shipping 5, a discount of 2.
const net = {
  currency_code: "usd",
  items: [line({ quantity: 2, is_tax_inclusive: false })],
  total: 27.6,
  tax_total: 4.6,
  discount_total: 2.4,
  discount_subtotal: 2,
  original_item_total: 24,
  original_item_subtotal: 20,
  original_shipping_total: 6,
  original_shipping_subtotal: 5,
};

test("prices without taxes: the lines add up to the total", () => {
  const sums = sumsOf(net, true);
  expect(sums.map((sum) => sum.label)).toEqual(["Items", "Shipping", "Discount", "Taxes"]);
  expect(sums.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(net.total);
});

test("prices with taxes: the taxes are told, not added", () => {
  const gross = { ...net, items: [line({ quantity: 2, is_tax_inclusive: true })] };
  const sums = sumsOf(gross, true);
  expect(sums.map((sum) => sum.label)).toEqual(["Items", "Shipping", "Discount"]);
  expect(sums.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(net.total);
  expect([includedTaxes(gross), includedTaxes(net)]).toEqual([4.6, 0]);
});

test("what is nothing or unknown has no line", () => {
  const plain = { ...net, tax_total: 0, discount_total: 0, discount_subtotal: 0 };
  expect(sumsOf(plain, false).map((sum) => sum.label)).toEqual(["Items"]);
});

test("pieces are counted, not lines", () => {
  expect(itemCount([line({ quantity: 2 }), line({ quantity: 3 })])).toBe(5);
  expect(itemCount(null)).toBe(0);
  expect([countedItems(1), countedItems(2)]).toEqual(["1 item", "2 items"]);
});
