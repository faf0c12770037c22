import { describe, expect, it } from "vitest";
import { countPhases, filterStores, sortStores } from "./store-filters";
import { aStore } from "./test-data";

const stores = [
  aStore("alpha", { title: "Bicycles", phase: "Failed", createdAt: "2026-11-03T00:00:00.000Z" }),
  aStore("beta", { engine: "medusa", createdAt: "2026-11-01T00:00:00.000Z" }),
  aStore("gamma", { team: "blue", phase: "Failed", createdAt: "2026-11-02T00:00:00.000Z" }),
];
const names = (some: { name: string }[]) => some.map((store) => store.name);

describe("filterStores", () => {
  it.each([
    [{}, ["alpha", "beta", "gamma"]],
    [{ q: "BICY" }, ["alpha"]],
    [{ q: "am" }, ["gamma"]],
    [{ phase: "Failed" as const }, ["alpha", "gamma"]],
    [{ phase: "Failed" as const, team: "blue" }, ["gamma"]],
    [{ engine: "medusa" }, ["beta"]],
    [{ engine: "medusa", q: "alpha" }, []],
  ])("%j", (filters, expected) => expect(names(filterStores(stores, filters))).toEqual(expected));
});

describe("sortStores", () => {
  it.each([
    ["name", false, ["alpha", "beta", "gamma"]],
    ["name", true, ["gamma", "beta", "alpha"]],
    ["created", false, ["beta", "gamma", "alpha"]],
    ["phase", false, ["alpha", "gamma", "beta"]],
  ] as const)("by %s, descending: %s", (key, desc, expected) =>
    expect(names(sortStores([...stores], key, desc))).toEqual(expected),
  );
});

it("counts phases", () => {
  expect([...countPhases(stores)]).toEqual([
    ["Failed", 2],
    ["Ready", 1],
  ]);
});
