import { expect, test } from "vitest";
import type { ProvisioningDay } from "@/lib/api/types";
import { daysOf, enginesOf, groupsOf, stack } from "./provisioning";

const day = (name: string, steps: Record<string, number>, more: Partial<ProvisioningDay> = {}) => ({
  day: name,
  engine: "woocommerce",
  count: 3,
  p50Seconds: 2.9,
  p95Seconds: 4.1,
  stepP50Seconds: steps,
  ...more,
});

const items: ProvisioningDay[] = [
  day("2026-11-24", { hosts: 0.1, namespace: 0.2, application: 1.5, magic: 0.5 }),
  day("2026-11-24", { application: 7 }, { engine: "medusa", count: 9 }),
  day("2026-11-22", { application: 2, database: 1 }),
];

test("the engine with the most stores comes first", () => {
  expect(enginesOf(items)).toEqual(["medusa", "woocommerce"]);
  expect(enginesOf([])).toEqual([]);
});

test("days are oldest first, and those between are empty", () => {
  const days = daysOf(items, "woocommerce");
  expect(days.map(({ day, count, p50 }) => [day, count, p50])).toEqual([
    ["2026-11-22", 3, 2.9],
    ["2026-11-23", 0, undefined],
    ["2026-11-24", 3, 2.9],
  ]);
  expect(daysOf(items, "other")).toEqual([]);
  expect(daysOf([day("not a day", {})], "woocommerce")).toEqual([]);
});

test("a month's end and the end of summer time are days like others", () => {
  const days = daysOf([day("2026-10-24", {}), day("2026-11-02", {})], "woocommerce");
  expect(days).toHaveLength(10);
  expect(new Set(days.map((one) => one.day)).size).toBe(10);
});

test("short steps are one group, and unknown ones another", () => {
  const [, , last] = daysOf(items, "woocommerce");
  expect(last?.groups.get("prepare")).toBeCloseTo(0.3);
  expect(last?.groups.get("other")).toBe(0.5);
  expect(groupsOf(daysOf(items, "woocommerce"))).toEqual(["prepare", "database", "application", "other"]);
});

test("bars stand on each other, in the order of the steps", () => {
  const days = daysOf(items, "woocommerce");
  const stacked = stack(days, groupsOf(days));
  expect(stacked.map((edges) => edges[0])).toEqual([0, 1, 3, 3]);
  expect(stacked.map((edges) => edges[1])).toEqual([null, null, null, null]);
  expect(stacked.at(-1)?.[2]).toBeCloseTo(2.3);
});
