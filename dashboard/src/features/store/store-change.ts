import type { StoreValues } from "@/domain/stores/store-values";
import type { Store, UpdateStore } from "@/lib/api/types";
import { patchOf, rawValuesOf } from "@/lib/schema-form/schema-form";
import { localInputOf, timeOfLocalInput } from "@/lib/time/local-input";

export function settingsOf(store: Store): StoreValues {
  const { title, plan, adminEmail, note, hosts, values } = store;
  const expires = localInputOf(store.expiresAt);
  return { title, plan, adminEmail, note, hosts: hosts.join("\n"), expires, raw: rawValuesOf(values) };
}

/** Whether something was typed; a parameter that is empty is as one that is not there. */
export function differ(a: StoreValues, b: StoreValues): boolean {
  const text = ({ raw, ...others }: StoreValues) =>
    JSON.stringify([
      others,
      Object.entries(raw)
        .filter(([, value]) => value !== "")
        .sort(),
    ]);
  return text(a) !== text(b);
}

/** What was typed since `before` stays; what was not follows `after`. */
export function rebase(typed: StoreValues, before: StoreValues, after: StoreValues): StoreValues {
  const names = new Set([typed, after].flatMap(({ raw }) => Object.keys(raw)));
  const value = ({ raw }: StoreValues, name: string) => raw[name] ?? "";
  const pick = (read: (settings: StoreValues) => string) =>
    read(read(typed) === read(before) ? after : typed);
  return {
    title: pick((settings) => settings.title),
    plan: pick((settings) => settings.plan),
    adminEmail: pick((settings) => settings.adminEmail),
    note: pick((settings) => settings.note),
    hosts: pick((settings) => settings.hosts),
    expires: pick((settings) => settings.expires),
    raw: Object.fromEntries([...names].map((name) => [name, pick((settings) => value(settings, name))])),
  };
}

interface Wanted {
  title: string;
  plan: string;
  adminEmail: string;
  note: string;
  hosts: string[];
  expires: string;
  values: Record<string, unknown>;
}

/** The merge patch that brings the store to what is wanted; undefined where that is what it has. */
export function storeChange(store: Store, wanted: Wanted): UpdateStore | undefined {
  const change: UpdateStore = {};
  // An emptied field goes back to its default.
  if (wanted.title !== store.title) change.title = wanted.title || null;
  if (wanted.plan !== store.plan) change.plan = wanted.plan;
  if (wanted.adminEmail !== store.adminEmail) change.adminEmail = wanted.adminEmail || null;
  if (wanted.note !== store.note) change.note = wanted.note || null;
  if (wanted.hosts.join("\n") !== store.hosts.join("\n")) change.hosts = wanted.hosts;
  if (wanted.expires !== localInputOf(store.expiresAt)) {
    if (wanted.expires === "") change.expiresAt = null;
    else change.expiresAt = timeOfLocalInput(wanted.expires) ?? wanted.expires;
  }
  const values = patchOf(store.values, wanted.values);
  if (values) change.values = values;
  return Object.keys(change).length > 0 ? change : undefined;
}
