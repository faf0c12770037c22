import type { Phase, Store } from "@/lib/api/types";
import { phases } from "./phases";

export const sortKeys = ["name", "phase", "created"] as const;
export type SortKey = (typeof sortKeys)[number];

export interface StoreFilters {
  q?: string | undefined;
  phase?: Phase | undefined;
  engine?: string | undefined;
  team?: string | undefined;
  sort?: SortKey | undefined;
  desc?: true | undefined;
}

export function filterStores(stores: readonly Store[], filters: StoreFilters): Store[] {
  const q = filters.q?.trim().toLowerCase();
  return stores.filter(
    (store) =>
      (!filters.phase || store.phase === filters.phase) &&
      (!filters.engine || store.engine === filters.engine) &&
      (!filters.team || store.team === filters.team) &&
      (!q || store.name.includes(q) || store.title.toLowerCase().includes(q)),
  );
}

const rank = new Map<Phase, number>(phases.map((phase, index) => [phase, index]));

const orders: Record<SortKey, (a: Store, b: Store) => number> = {
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  phase: (a, b) => (rank.get(a.phase) ?? 0) - (rank.get(b.phase) ?? 0) || orders.name(a, b),
  created: (a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : orders.name(a, b)),
};

/** Sorted by name they come already. */
export function sortStores(stores: Store[], sort: SortKey = "name", desc = false): Store[] {
  if (sort === "name" && !desc) return stores;
  const sorted = [...stores].sort(orders[sort]);
  return desc ? sorted.reverse() : sorted;
}

export function countPhases(stores: readonly Store[]): Map<Phase, number> {
  const counts = new Map<Phase, number>();
  for (const store of stores) counts.set(store.phase, (counts.get(store.phase) ?? 0) + 1);
  return counts;
}

/** The different values of a field, sorted, for the choices of a filter. */
export function valuesOf(stores: readonly Store[], field: "engine" | "team"): string[] {
  return [...new Set(stores.map((store) => store[field]))].sort();
}
