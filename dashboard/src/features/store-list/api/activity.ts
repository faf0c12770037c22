import { type QueryClient, useQuery } from "@tanstack/react-query";
import type { StoreEvent } from "@/lib/api/types";

const KEPT = 100;
const activityKey = ["activity"] as const;

/** What is told of all stores: what the platform did, and warnings; not each Kubernetes event of a start. */
function isActivity(event: StoreEvent): boolean {
  return event.source === "storefleet" && event.reason !== "StepFinished";
}

/** The newest `KEPT` of both, newest first. */
function mergeActivity(known: StoreEvent[], events: StoreEvent[]): StoreEvent[] {
  const all = new Map(known.map((event) => [event.sequence, event]));
  for (const event of events) if (isActivity(event)) all.set(event.sequence, event);
  if (all.size === known.length) return known;
  return [...all.values()].sort((a, b) => b.sequence - a.sequence).slice(0, KEPT);
}

export function addToActivity(client: QueryClient, events: StoreEvent[]) {
  client.setQueryData<StoreEvent[]>(activityKey, (known = []) => mergeActivity(known, events));
}

/** Recent activity, newest first: filled by the stream alone, which begins with a little of the past. */
export function useActivity(): StoreEvent[] {
  const { data } = useQuery<StoreEvent[]>({
    queryKey: activityKey,
    queryFn: () => [],
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data ?? [];
}
