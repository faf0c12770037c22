import type { Usage } from "@/lib/api/types";

export interface Sample {
  /** Seconds since 1970. */
  at: number;
  cpuCores: number;
  memoryBytes: number;
}

/** An hour at one sample in five seconds. */
const KEPT = 720;

/** With the newest measurement, unless it is the one that is there already or there is none. */
export function withSample(history: readonly Sample[], usage: Usage): readonly Sample[] {
  if (!usage.measuredAt) return history;
  const at = Date.parse(usage.measuredAt) / 1000;
  if ((history.at(-1)?.at ?? 0) >= at) return history;
  const sum = (value: "cpuCores" | "memoryBytes") =>
    usage.pods.reduce((total, pod) => total + (pod[value] ?? 0), 0);
  return [...history, { at, cpuCores: sum("cpuCores"), memoryBytes: sum("memoryBytes") }].slice(-KEPT);
}
