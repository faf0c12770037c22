import { expect, it } from "vitest";
import { storeChange } from "./store-change";
import { aStore } from "./test-data";

const store = aStore("demo", { title: "Demo", hosts: ["a.example.com"], values: { workers: 4, mail: "x" } });
const same = {
  title: "Demo",
  plan: "small",
  adminEmail: "owner@example.com",
  hosts: ["a.example.com"],
  values: store.values,
};

it("is nothing where nothing changed", () => expect(storeChange(store, same)).toBeUndefined());

it("has only what changed; what was emptied goes back to its default", () => {
  expect(storeChange(store, { ...same, plan: "medium" })).toEqual({ plan: "medium" });
  expect(storeChange(store, { ...same, title: "", hosts: [] })).toEqual({ title: null, hosts: [] });
  expect(storeChange(store, { ...same, values: { workers: 8 } })).toEqual({
    values: { workers: 8, mail: null },
  });
});
