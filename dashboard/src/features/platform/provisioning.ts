import type { ProvisioningDay } from "@/lib/api/types";

/** Steps that belong together in the chart: some are so short that nobody would see them. In their order. */
export const stepGroups = [
  { key: "prepare", label: "Prepare", steps: ["hosts", "namespace", "policies", "secrets"] },
  { key: "release", label: "Release", steps: ["release"] },
  { key: "database", label: "Database", steps: ["database"] },
  { key: "application", label: "Application", steps: ["application"] },
  { key: "site", label: "Site", steps: ["site"] },
  { key: "route", label: "Address", steps: ["route"] },
  { key: "commerce", label: "Sales check", steps: ["commerce"] },
  { key: "other", label: "Other", steps: [] },
] as const;

export type StepGroup = (typeof stepGroups)[number]["key"];

const groupOf = new Map<string, StepGroup>(
  stepGroups.flatMap(({ key, steps }) => steps.map((step): [string, StepGroup] => [step, key])),
);

export interface Day {
  /** "2026-11-24", UTC. */
  day: string;
  /** Stores that became ready for the first time; 0 on a day without any, which has no figures. */
  count: number;
  p50: number | undefined;
  p95: number | undefined;
  /** Seconds by group, only those that took part. */
  groups: Map<StepGroup, number>;
}

const DAY = 86_400_000;

/** The engines that have figures, the one with the most stores first. */
export function enginesOf(items: readonly ProvisioningDay[]): string[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item.engine, (counts.get(item.engine) ?? 0) + item.count);
  return [...counts.entries()].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([engine]) => engine);
}

/** One engine's days from its first to its last, oldest first; days between without a store are there, too. */
export function daysOf(items: readonly ProvisioningDay[], engine: string): Day[] {
  const known = new Map(items.filter((item) => item.engine === engine).map((item) => [item.day, item]));
  const times = [...known.keys()].map((day) => Date.parse(day)).filter(Number.isFinite);
  if (times.length === 0) return [];
  const days: Day[] = [];
  for (let time = Math.min(...times); time <= Math.max(...times); time += DAY) {
    const day = new Date(time).toISOString().slice(0, 10);
    const item = known.get(day);
    days.push({
      day,
      count: item?.count ?? 0,
      p50: item?.p50Seconds,
      p95: item?.p95Seconds,
      groups: item ? groupSeconds(item.stepP50Seconds) : new Map(),
    });
  }
  return days;
}

function groupSeconds(steps: Readonly<Record<string, number>>): Map<StepGroup, number> {
  const groups = new Map<StepGroup, number>();
  for (const [step, seconds] of Object.entries(steps)) {
    const group = groupOf.get(step) ?? "other";
    groups.set(group, (groups.get(group) ?? 0) + seconds);
  }
  return groups;
}

/** The groups that any of the days has, in their order. */
export function groupsOf(days: readonly Day[]): StepGroup[] {
  return stepGroups.map(({ key }) => key).filter((key) => days.some((day) => day.groups.has(key)));
}

/**
 * Bars that stand on each other: for each group, in order, how high its upper edge is on each day. Null on a day
 * without figures.
 */
export function stack(days: readonly Day[], groups: readonly StepGroup[]): (number | null)[][] {
  const heights = days.map((day): number | null => (day.count > 0 ? 0 : null));
  return groups.map((group) =>
    days.map((day, index) => {
      const below = heights[index];
      if (below === null || below === undefined) return null;
      const height = below + (day.groups.get(group) ?? 0);
      heights[index] = height;
      return height;
    }),
  );
}
