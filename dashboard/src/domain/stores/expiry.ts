import type { Store } from "@/lib/api/types";
import { wasDeleted } from "./phases";

const DAY = 24 * 3600 * 1000;
const WARNING = 7 * DAY;
export const EXTENSION_DAYS = 30;

/** The store deletes itself within a week. */
export function expiresSoon(store: Pick<Store, "expiresAt" | "phase">, now: number): boolean {
  return (
    store.expiresAt !== undefined && !wasDeleted(store.phase) && Date.parse(store.expiresAt) - now < WARNING
  );
}

/** When it would delete itself after one more extension. */
export function extended(expiresAt: string, now: number): string {
  return new Date(Math.max(Date.parse(expiresAt), now) + EXTENSION_DAYS * DAY).toISOString();
}
