import type { Store, UpdateStore } from "@/lib/api/types";
import { patchOf } from "@/lib/schema-form/schema-form";

interface Wanted {
  title: string;
  plan: string;
  adminEmail: string;
  hosts: string[];
  values: Record<string, unknown>;
}

/** The merge patch that brings the store to what is wanted; undefined where that is what it has. */
export function storeChange(store: Store, wanted: Wanted): UpdateStore | undefined {
  const change: UpdateStore = {};
  // An emptied field goes back to its default.
  if (wanted.title !== store.title) change.title = wanted.title || null;
  if (wanted.plan !== store.plan) change.plan = wanted.plan;
  if (wanted.adminEmail !== store.adminEmail) change.adminEmail = wanted.adminEmail || null;
  if (wanted.hosts.join("\n") !== store.hosts.join("\n")) change.hosts = wanted.hosts;
  const values = patchOf(store.values, wanted.values);
  if (values) change.values = values;
  return Object.keys(change).length > 0 ? change : undefined;
}
