import type { Phase, Store } from "@/lib/api/types";

/** In the order in which they want to be looked at. */
export const phases = [
  "Failed",
  "Degraded",
  "Provisioning",
  "Updating",
  "Pending",
  "Retained",
  "Deleting",
  "Ready",
  "Sleeping",
] as const satisfies readonly Phase[];

/** A person has to look at it. */
export function needsAttention(store: Store): boolean {
  return store.phase === "Failed" || store.phase === "Degraded" || store.failure !== undefined;
}

/** Somebody has deleted it; it is going, or it is kept. */
export function wasDeleted(phase: Phase): boolean {
  return phase === "Deleting" || phase === "Retained";
}

/** The platform is doing something with it right now. */
export function isMoving(phase: Phase): boolean {
  return phase === "Pending" || phase === "Provisioning" || phase === "Updating" || phase === "Deleting";
}
