/** Who orders; the same in every engine. */
export const shopper = {
  email: "ada.shopper@example.com",
  firstName: "Ada",
  lastName: "Shopper",
  street: "1 Market Street",
  postalCode: "94105",
  city: "San Francisco",
  state: "CA",
  country: "US",
  phone: "+1 555 0100",
};

export function assert(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

/** An amount as digits, to compare "$1,234.50" in one place with "1234.50 USD" in another. */
export function amountOf(text) {
  return (text.match(/\d[\d.,\s]*/)?.[0] ?? "").replace(/[,\s](?=\d{3})/g, "").trim();
}

/** Opens an address; an answer that is no page is a failure at once, not after a time-out. */
export async function open(page, address) {
  const answer = await page.goto(address);
  const { pathname } = new URL(address);
  if (!answer?.ok()) throw new Error(`${pathname} was answered with status ${answer?.status()}.`);
}
