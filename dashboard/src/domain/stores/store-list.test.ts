import { QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  rememberForRunningLoads,
  type StoreList,
  storeListKey,
  storeListQuery,
  withChanges,
} from "./store-list";
import { aStore } from "./test-data";

const list = (...names: string[]): StoreList => ({
  stores: names.map((name) => aStore(name)),
  total: names.length,
  complete: true,
});
const namesOf = (result: StoreList) => result.stores.map((store) => store.name);

describe("withChanges", () => {
  it("is the same list where nothing changes", () => {
    const before = list("a");
    expect(withChanges(before, new Map())).toBe(before);
  });

  it("sorts a new store in and counts it", () => {
    const after = withChanges(list("a", "c"), new Map([["uid-b", aStore("b")]]));
    expect(namesOf(after)).toEqual(["a", "b", "c"]);
    expect(after.total).toBe(3);
  });

  it("replaces a deleted store by the new one of its name, whatever comes first", () => {
    const again = aStore("a", { uid: "uid-again" });
    const both = withChanges(
      list("a"),
      new Map([
        ["uid-again", again],
        ["uid-a", null],
      ]),
    );
    expect(both.stores).toEqual([again]);
    expect(withChanges(list("a"), new Map([["uid-again", again]])).stores).toEqual([again]);
  });

  it("does not mind a deletion of what it never had", () => {
    expect(namesOf(withChanges(list("a"), new Map([["uid-x", null]])))).toEqual(["a"]);
  });

  it("keeps the server's total while pages are missing", () => {
    const partial = { ...list("a", "b"), total: 10, complete: false };
    expect(withChanges(partial, new Map([["uid-a", null]])).total).toBe(9);
  });
});

describe("storeListQuery", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("loads every page, shows the first at once, and keeps what the stream said meanwhile", async () => {
    const seen: (StoreList | undefined)[] = [];
    const client = new QueryClient();
    vi.stubGlobal("fetch", async (request: Request) => {
      const second = new URL(request.url).searchParams.get("pageToken") === "2";
      if (second) {
        seen.push(client.getQueryData<StoreList>(storeListKey));
        rememberForRunningLoads(
          new Map([
            ["uid-a", aStore("a", { phase: "Failed" })],
            ["uid-b", null],
          ]),
        );
      }
      const items = second ? [aStore("c")] : [aStore("a"), aStore("b")];
      return Response.json({ items, total: 3, ...(second ? {} : { nextPageToken: "2" }) });
    });
    const loaded = await client.fetchQuery(storeListQuery);
    expect(seen[0]?.stores).toHaveLength(2);
    expect(seen[0]?.complete).toBe(false);
    expect(namesOf(loaded)).toEqual(["a", "c"]);
    expect(loaded.stores[0]?.phase).toBe("Failed");
    expect(loaded).toMatchObject({ total: 2, complete: true });
  });
});
