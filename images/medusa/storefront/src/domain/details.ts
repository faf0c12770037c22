import type { Address, Cart, Country } from "../lib/api/types";

/** What the shopper types into the checkout form, as typed. */
export interface Details {
  email: string;
  first_name: string;
  last_name: string;
  address_1: string;
  address_2: string;
  postal_code: string;
  city: string;
  province: string;
  country_code: string;
  phone: string;
}

export type DetailName = keyof Details;
export type Problems = Partial<Record<DetailName, string>>;

export const emptyDetails: Details = {
  email: "",
  first_name: "",
  last_name: "",
  address_1: "",
  address_2: "",
  postal_code: "",
  city: "",
  province: "",
  country_code: "",
  phone: "",
};

// What decides which ways of shipping there are and what taxes cost.
const destinationNames: DetailName[] = ["country_code", "province", "postal_code", "city"];

const longest = 200;
// Postal services of these countries use no codes.
const withoutPostalCode = new Set(
  "ae ag ao aw bf bi bj bo bs bw bz cd cf cg ci ck cm dj dm er fj ga gd gh gm gn gq gy hk jm ki km kn kp lc ly ml mo mr mw nr nu qa rw sb sc sl sr st sy td tf tg tk tl to tt tv ug vu ye zw".split(
    " ",
  ),
);

export function needsPostalCode(countryCode: string): boolean {
  return !withoutPostalCode.has(countryCode);
}

/** What is wrong, by field, in words that say what to enter; empty when nothing is. */
export function problemsOf(details: Details, countries: Country[]): Problems {
  const problems: Problems = {};
  const require = (name: DetailName, sentence: string) => {
    if (!details[name].trim()) problems[name] = sentence;
  };
  if (!/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(details.email.trim())) {
    problems.email = details.email.trim()
      ? "Enter an e-mail address such as name@example.com."
      : "Enter your e-mail address.";
  }
  require("first_name", "Enter your first name.");
  require("last_name", "Enter your last name.");
  require("address_1", "Enter your street and house number.");
  require("city", "Enter your city.");
  if (needsPostalCode(details.country_code)) require("postal_code", "Enter your postal code.");
  if (!countries.some((country) => country.iso_2 === details.country_code)) {
    problems.country_code = "Choose a country.";
  }
  if (details.phone.trim() && !/^\+?[\d\s()./-]{4,}$/.test(details.phone.trim())) {
    problems.phone = "Enter a phone number with digits only, such as +1 555 0100, or leave it empty.";
  }
  for (const name of Object.keys(emptyDetails) as DetailName[]) {
    if (details[name].length > longest) problems[name] = `Use at most ${longest} characters.`;
  }
  return problems;
}

/** The address for the server: without spaces around it, and null for what is empty. */
export function addressOf(details: Details): Address {
  const text = (name: DetailName) => details[name].trim() || null;
  return {
    first_name: text("first_name"),
    last_name: text("last_name"),
    address_1: text("address_1"),
    address_2: text("address_2"),
    postal_code: text("postal_code"),
    city: text("city"),
    province: text("province"),
    country_code: text("country_code"),
    phone: text("phone"),
  };
}

/** The part of the address that shipping depends on. */
export function destinationOf(details: Details): Partial<Address> {
  const address = addressOf(details);
  return Object.fromEntries(
    destinationNames.map((name) => [name, address[name as keyof Address]]),
  ) as Partial<Address>;
}

export function sameDestination(a: Partial<Address> | null | undefined, b: Partial<Address>): boolean {
  return destinationNames.every((name) => {
    const key = name as keyof Address;
    return (a?.[key] || null) === (b[key] || null);
  });
}

/**
 * What to show at first: what was typed before, else what the cart knows. The country is one of the region:
 * else that of the first of the browser's languages that names one, such as en-US, else the first.
 */
export function firstDetails(
  typed: Partial<Details>,
  cart: Pick<Cart, "email" | "shipping_address">,
  countries: Country[],
  languages: readonly string[] = [],
): Details {
  const details = { ...emptyDetails };
  for (const name of Object.keys(emptyDetails) as DetailName[]) {
    const known = name === "email" ? cart.email : cart.shipping_address?.[name];
    details[name] = typed[name] ?? known ?? "";
  }
  const offered = (code: string | undefined) => countries.some((country) => country.iso_2 === code);
  if (!offered(details.country_code)) {
    const spoken = languages.map((language) => language.split("-").at(-1)?.toLowerCase()).find(offered);
    details.country_code = spoken ?? countries[0]?.iso_2 ?? "";
  }
  return details;
}
