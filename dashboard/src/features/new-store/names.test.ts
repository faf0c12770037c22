import { expect, it } from "vitest";
import { addressAround, nameProblem, suggestName } from "./names";

it.each([
  ["demo", true],
  ["a", true],
  ["my-shop-2", true],
  ["", false],
  ["Demo", false],
  ["-demo", false],
  ["demo-", false],
  ["de mo", false],
  ["dämo", false],
  ["a".repeat(41), false],
])("name %j: %s", (name, fine) => expect(nameProblem(name) === undefined).toBe(fine));

it("suggests a name that is valid and free", () => {
  expect(suggestName(new Set(["amber-shop"]), () => 0)).toBe("my-shop-2");
  expect(suggestName(new Set(), () => 0)).toBe("amber-shop");
  for (let index = 0; index < 50; index += 1) expect(nameProblem(suggestName(new Set()))).toBeUndefined();
});

it("learns from a store's address where the others will be", () => {
  const around = addressAround([
    { name: "a", url: "http://shop.example.com/" },
    { name: "b", url: "https://b.shops.example.com:8443/" },
  ]);
  expect(around).toEqual({ before: "https://", after: ".shops.example.com:8443/" });
  expect(addressAround([{ name: "a" }])).toBeUndefined();
});
