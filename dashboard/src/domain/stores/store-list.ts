import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { Store } from "@/lib/api/types";

/** Every store that one may see; filtering and sorting happen in the browser. */
export interface StoreList {
  /** Sorted by name. */
  stores: Store[];
  /** How many there are, also those that are not loaded yet. */
  total: number;
  complete: boolean;
}

/** By uid: the store as it is now, or null where it is gone. */
export type StoreChanges = Map<string, Store | null>;

export const storeListKey = ["stores", "list"] as const;

/** Changes that came while pages were being loaded: a page may have been read before them. */
const loads = new Set<StoreChanges>();

export function rememberForRunningLoads(changes: StoreChanges) {
  for (const load of loads) for (const [uid, store] of changes) load.set(uid, store);
}

const byName = (a: Store, b: Store) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** The list with the changes in it. The same list where nothing changes. */
export function withChanges(list: StoreList, changes: StoreChanges): StoreList {
  if (changes.size === 0) return list;
  const left = new Map(changes);
  let removed = 0;
  let moved = false;
  const stores: Store[] = [];
  for (const store of list.stores) {
    const change = left.get(store.uid);
    if (change === undefined) stores.push(store);
    else if (change === null) removed += 1;
    else stores.push(change);
    left.delete(store.uid);
  }
  let added = 0;
  for (const store of left.values()) {
    if (store === null) continue;
    // A name has one store: a new one under the name of a deleted one replaces it.
    const same = stores.findIndex((other) => other.name === store.name);
    if (same >= 0) stores[same] = store;
    else {
      stores.push(store);
      added += 1;
      moved = true;
    }
  }
  if (moved) stores.sort(byName);
  const total = list.complete ? stores.length : list.total + added - removed;
  return { stores, total, complete: list.complete };
}

async function loadAll(client: QueryClient, signal: AbortSignal): Promise<StoreList> {
  const changes: StoreChanges = new Map();
  loads.add(changes);
  try {
    const stores: Store[] = [];
    let pageToken: string | undefined;
    do {
      const page = await unwrap(
        api.GET("/api/v1/stores", {
          // A first screen full, then the rest.
          params: { query: pageToken ? { pageSize: 500, pageToken } : { pageSize: 50 } },
          signal,
        }),
      );
      stores.push(...page.items);
      pageToken = page.nextPageToken;
      // The first screen shall not wait for the last page.
      if (pageToken && !client.getQueryData<StoreList>(storeListKey)?.complete) {
        client.setQueryData<StoreList>(storeListKey, {
          stores: [...stores],
          total: page.total,
          complete: false,
        });
      }
    } while (pageToken);
    return withChanges({ stores, total: stores.length, complete: true }, changes);
  } finally {
    loads.delete(changes);
  }
}

export const storeListQuery = queryOptions({
  queryKey: storeListKey,
  queryFn: ({ client, signal }) => loadAll(client, signal),
  staleTime: 60_000,
  // Comparing thousands of stores field by field costs more than drawing the few that are in view.
  structuralSharing: false,
});

export function useStoreList() {
  return useQuery(storeListQuery);
}
