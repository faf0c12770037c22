import { expect, it } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import { differ, rebase, settingsOf, storeChange } from "./store-change";

const store = aStore("demo", { title: "Demo", hosts: ["a.example.com"], values: { workers: 4, mail: "x" } });
const same = {
  title: "Demo",
  plan: "small",
  adminEmail: "owner@example.com",
  note: "",
  hosts: ["a.example.com"],
  expires: "",
  values: store.values,
};

it("is nothing where nothing changed", () => expect(storeChange(store, same)).toBeUndefined());

it("has only what changed; what was emptied goes back to its default", () => {
  expect(storeChange(store, { ...same, plan: "medium" })).toEqual({ plan: "medium" });
  expect(storeChange(store, { ...same, note: "spring" })).toEqual({ note: "spring" });
  expect(storeChange({ ...store, note: "spring" }, same)).toEqual({ note: null });
  expect(storeChange(store, { ...same, title: "", hosts: [] })).toEqual({ title: null, hosts: [] });
  expect(storeChange(store, { ...same, values: { workers: 8 } })).toEqual({
    values: { workers: 8, mail: null },
  });
});

it("sets and takes back the time when the store deletes itself", () => {
  const at = "2026-12-24T18:30:00.000Z";
  const expires = settingsOf({ ...store, expiresAt: at }).expires;
  expect(storeChange(store, { ...same, expires })).toEqual({ expiresAt: at });
  expect(storeChange({ ...store, expiresAt: at }, { ...same, expires })).toBeUndefined();
  expect(storeChange({ ...store, expiresAt: at }, same)).toEqual({ expiresAt: null });
});

it("lets what was not touched follow the store", () => {
  const before = settingsOf(store);
  const typed = { ...before, title: "Mine", raw: { ...before.raw, workers: "8", fresh: "" } };
  const after = settingsOf({ ...store, title: "Theirs", plan: "medium", values: { workers: 2, fresh: "y" } });
  expect(rebase(typed, before, after)).toEqual({
    title: "Mine",
    plan: "medium",
    adminEmail: "owner@example.com",
    note: "",
    hosts: "a.example.com",
    expires: "",
    raw: { workers: "8", mail: "", fresh: "y" },
  });
});

it("knows whether something was typed", () => {
  const before = settingsOf(store);
  expect(differ(before, { ...before, raw: { mail: "x", fresh: "", workers: "4" } })).toBe(false);
  expect(differ(before, { ...before, raw: { ...before.raw, workers: "many" } })).toBe(true);
  expect(differ(before, { ...before, title: "" })).toBe(true);
});
