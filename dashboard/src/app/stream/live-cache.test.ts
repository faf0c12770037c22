import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { storeKey } from "@/domain/stores/store";
import { type StoreList, storeListKey } from "@/domain/stores/store-list";
import { anEvent, aStore } from "@/domain/stores/test-data";
import type { Store } from "@/lib/api/types";
import { LiveCache } from "./live-cache";

const message = (event: string, data: unknown) =>
  ({ kind: "message", event, data: JSON.stringify(data) }) as const;

describe("LiveCache", () => {
  let client: QueryClient;
  let live: LiveCache;

  beforeEach(() => {
    vi.useFakeTimers();
    client = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } });
    live = new LiveCache(client);
    client.setQueryData<StoreList>(storeListKey, {
      stores: [aStore("alpha"), aStore("gamma")],
      total: 2,
      complete: true,
    });
    return () => vi.useRealTimers();
  });

  const names = () => client.getQueryData<StoreList>(storeListKey)?.stores.map((store) => store.name);

  it("replaces, adds and removes stores, in one go for many messages", () => {
    const writes = vi.fn();
    client.getQueryCache().subscribe((event) => event.type === "updated" && writes());
    live.receive(message("store", aStore("gamma", { phase: "Failed" })));
    live.receive(message("store", aStore("beta")));
    live.receive(message("store-deleted", { name: "alpha", uid: "uid-alpha" }));
    expect(names()).toEqual(["alpha", "gamma"]);
    vi.advanceTimersByTime(100);
    expect(names()).toEqual(["beta", "gamma"]);
    expect(client.getQueryData<StoreList>(storeListKey)?.stores[1]?.phase).toBe("Failed");
    expect(writes).toHaveBeenCalledTimes(1);
  });

  it("keeps a page's store current, and another store's page as it is", () => {
    client.setQueryData<Store>(storeKey("alpha"), aStore("alpha"));
    live.receive(message("store", aStore("alpha", { phase: "Updating" })));
    live.receive(message("store", aStore("gamma", { phase: "Updating" })));
    live.flush();
    expect(client.getQueryData<Store>(storeKey("alpha"))?.phase).toBe("Updating");
    expect(client.getQueryData(storeKey("gamma"))).toBeUndefined();
  });

  it("leaves a page alone whose store is a later one of the same name", () => {
    client.setQueryData<Store>(storeKey("alpha"), aStore("alpha", { uid: "uid-later" }));
    live.receive(message("store-deleted", { name: "alpha", uid: "uid-alpha" }));
    live.flush();
    expect(client.getQueryState(storeKey("alpha"))?.isInvalidated).toBe(false);
  });

  it("keeps what a deleted store was last, and asks again", () => {
    client.setQueryData<Store>(storeKey("alpha"), aStore("alpha"));
    live.receive(message("store-deleted", { name: "alpha", uid: "uid-alpha" }));
    live.flush();
    expect(client.getQueryData<Store>(storeKey("alpha"))?.name).toBe("alpha");
    expect(client.getQueryState(storeKey("alpha"))?.isInvalidated).toBe(true);
  });

  it("reads everything again on resync", () => {
    live.receive(message("store", aStore("gamma", { phase: "Failed" })));
    live.receive(message("resync", { sequence: 1, complete: true }));
    expect(client.getQueryState(storeListKey)?.isInvalidated).toBe(true);
    expect(client.getQueryData<StoreList>(storeListKey)?.stores[1]?.phase).toBe("Failed");
  });

  it("puts events into the activity and into the lists that want them", () => {
    const all = ["events", "alpha", {}];
    const warnings = ["events", "alpha", { type: "Warning" }];
    const predecessor = ["events", "alpha", { uid: "uid-of-before" }];
    for (const key of [all, warnings, predecessor]) {
      client.setQueryData(key, { pages: [{ items: [anEvent(4)], lastSequence: 4 }], pageParams: [0] });
    }
    live.receive(message("event", anEvent(4)));
    live.receive(message("event", anEvent(5, { type: "Warning", reason: "ApplicationCrashed" })));
    live.receive(message("event", anEvent(6)));
    live.receive(message("event", anEvent(7, { storeName: "gamma" })));
    live.flush();
    const sequences = (key: unknown[]) =>
      client
        .getQueryData<{ pages: { items: { sequence: number }[] }[] }>(key)
        ?.pages[0]?.items.map((event) => event.sequence);
    expect(sequences(all)).toEqual([6, 5, 4]);
    expect(sequences(warnings)).toEqual([5, 4]);
    expect(sequences(predecessor)).toEqual([4]);
    expect(client.getQueryData<{ sequence: number }[]>(["activity"])?.map((event) => event.sequence)).toEqual(
      [7, 6, 5, 4],
    );
  });
});
