import { expect, test } from "vitest";
import {
  addressOf,
  type Details,
  destinationOf,
  emptyDetails,
  firstDetails,
  problemsOf,
  sameDestination,
} from "./details";

const countries = [
  { iso_2: "de", display_name: "Germany" },
  { iso_2: "us", display_name: "United States" },
];
const good: Details = {
  ...emptyDetails,
  email: "ada@example.com",
  first_name: "Ada",
  last_name: "Lovelace",
  address_1: "1 Market Street",
  postal_code: "94105",
  city: "San Francisco",
  country_code: "us",
};

test("a complete form has no problems", () => {
  expect(problemsOf(good, countries)).toEqual({});
});

test("every field that is needed says what to enter", () => {
  expect(Object.keys(problemsOf(emptyDetails, countries)).sort()).toEqual(
    ["address_1", "city", "country_code", "email", "first_name", "last_name", "postal_code"].sort(),
  );
});

test.each(["ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@example..com"])(
  "%s is no e-mail address",
  (email) => {
    expect(problemsOf({ ...good, email }, countries).email).toContain("name@example.com");
  },
);

test.each(["ada@example.com", " ada@example.com ", "a.b+c@sub.example.co.uk", "ä@exämple.de"])(
  "%s is an e-mail address",
  (email) => {
    expect(problemsOf({ ...good, email }, countries).email).toBeUndefined();
  },
);

test("spaces are nothing", () => {
  expect(problemsOf({ ...good, city: "   " }, countries).city).toBeDefined();
});

test("a country that the region lacks is refused", () => {
  expect(problemsOf({ ...good, country_code: "fr" }, countries).country_code).toBeDefined();
});

test("some countries have no postal codes", () => {
  const hongKong = [{ iso_2: "hk", display_name: "Hong Kong" }];
  expect(problemsOf({ ...good, country_code: "hk", postal_code: "" }, hongKong)).toEqual({});
});

test.each([
  ["+1 (555) 010-0100", true],
  ["", true],
  ["call me", false],
])("phone %s: %s", (phone, accepted) => {
  expect(problemsOf({ ...good, phone }, countries).phone === undefined).toBe(accepted);
});

test("what is too long says so; names of any kind are fine", () => {
  expect(problemsOf({ ...good, first_name: "x".repeat(201) }, countries).first_name).toContain("200");
  expect(problemsOf({ ...good, first_name: `<b>"Zoë" 🛍️</b>` }, countries)).toEqual({});
});

test("the server gets trimmed text and null for what is empty", () => {
  expect(addressOf({ ...good, city: " Bonn ", address_2: " " })).toMatchObject({
    city: "Bonn",
    address_2: null,
  });
});

test("shipping is looked up again only when the destination changed", () => {
  const saved = { ...destinationOf(good), first_name: "Ada" };
  expect(sameDestination(saved, destinationOf({ ...good, phone: "123456" }))).toBe(true);
  expect(sameDestination(saved, destinationOf({ ...good, city: "Oakland" }))).toBe(false);
  expect(sameDestination(null, destinationOf(good))).toBe(false);
});

test("the form starts with what was typed, then what the cart knows", () => {
  const cart = { email: "old@example.com", shipping_address: { city: "Bonn", country_code: "de" } };
  const details = firstDetails({ email: "typed@example.com" }, cart, countries);
  expect(details).toMatchObject({ email: "typed@example.com", city: "Bonn", country_code: "de" });
});

test("the country is guessed from the browser's languages", () => {
  const cart = { email: null, shipping_address: null };
  expect(firstDetails({}, cart, countries, ["fr-FR", "en-US"]).country_code).toBe("us");
  expect(firstDetails({}, cart, countries, ["fr"]).country_code).toBe("de");
  expect(firstDetails({ country_code: "fr" }, cart, countries).country_code).toBe("de");
});
