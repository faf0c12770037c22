const formatters = new Map<string, Intl.NumberFormat>();

/** "$12.50": an amount in whole units of a currency, written for the language of the pages. */
export function formatMoney(amount: number, currencyCode: string): string {
  const code = currencyCode.toUpperCase();
  try {
    let formatter = formatters.get(code);
    if (!formatter) {
      formatter = new Intl.NumberFormat("en-US", { style: "currency", currency: code });
      formatters.set(code, formatter);
    }
    return formatter.format(amount);
  } catch {
    // A merchant may use a code that is none, such as points.
    return `${amount.toFixed(2)} ${code}`.trim();
  }
}
