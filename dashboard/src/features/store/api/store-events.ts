import { type InfiniteData, infiniteQueryOptions, type QueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { StoreEvent } from "@/lib/api/types";

export interface EventFilters {
  /** Only of this one of the stores that had the name. */
  uid?: string | undefined;
  q?: string | undefined;
  type?: StoreEvent["type"] | undefined;
  source?: StoreEvent["source"] | undefined;
}

interface EventPage {
  items: StoreEvent[];
  firstSequence?: number;
  lastSequence: number;
}

const PAGE = 200;

const eventsKey = (name: string) => ["events", name] as const;

/** Newest first; further pages are earlier ones. */
export function storeEventsQuery(name: string, filters: EventFilters) {
  return infiniteQueryOptions({
    queryKey: [...eventsKey(name), filters] as const,
    queryFn: ({ pageParam, signal }): Promise<EventPage> =>
      unwrap(
        api.GET("/api/v1/stores/{name}/events", {
          params: {
            path: { name },
            query: {
              order: "desc",
              limit: PAGE,
              ...(filters.uid ? { uid: filters.uid } : {}),
              ...(filters.q ? { q: filters.q } : {}),
              ...(filters.type ? { type: filters.type } : {}),
              ...(filters.source ? { source: filters.source } : {}),
              ...(pageParam ? { before: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.items.length < PAGE ? undefined : page.firstSequence),
  });
}

/** What the server's filters mean, for events that come by the stream. */
function matches(event: StoreEvent, filters: EventFilters): boolean {
  if (filters.uid && event.storeUid !== filters.uid) return false;
  if (filters.type && event.type !== filters.type) return false;
  if (filters.source && event.source !== filters.source) return false;
  const q = filters.q?.toLowerCase();
  return !q || [event.reason, event.subject, event.message].some((text) => text.toLowerCase().includes(q));
}

/** Puts new events (oldest first) into every list of them that is open. */
export function addToEventLists(client: QueryClient, events: StoreEvent[]) {
  for (const name of new Set(events.map((event) => event.storeName))) {
    for (const [key, data] of client.getQueriesData<InfiniteData<EventPage, number>>({
      queryKey: eventsKey(name),
    })) {
      const first = data?.pages[0];
      if (!data || !first) continue;
      const filters = key[2] as EventFilters;
      const newest = first.items[0]?.sequence ?? 0;
      const fresh = events.filter(
        (event) => event.storeName === name && event.sequence > newest && matches(event, filters),
      );
      if (fresh.length === 0) continue;
      const page = { ...first, items: [...fresh.reverse(), ...first.items] };
      client.setQueryData(key, { ...data, pages: [page, ...data.pages.slice(1)] });
    }
  }
}
