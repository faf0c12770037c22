import { expect, test } from "vitest";
import { formatMoney } from "./money";

test.each([
  [12.5, "usd", "$12.50"],
  [1234.5, "EUR", "€1,234.50"],
  [1500, "jpy", "¥1,500"],
  [0, "usd", "$0.00"],
  [-3, "usd", "-$3.00"],
  [1.234, "kwd", "KWD 1.234"],
])("%d %s is written %s", (amount, currency, text) => {
  expect(formatMoney(amount, currency).replace(/\s/g, " ")).toBe(text);
});

test("a code that is no currency is shown behind the amount", () => {
  expect(formatMoney(5, "points")).toBe("5.00 POINTS");
  expect(formatMoney(5, "")).toBe("5.00");
});
