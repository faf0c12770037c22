import type { QueryClient } from "@tanstack/react-query";
import { storeKey } from "@/domain/stores/store";
import {
  rememberForRunningLoads,
  type StoreChanges,
  type StoreList,
  storeListKey,
  withChanges,
} from "@/domain/stores/store-list";
import { addToEventLists } from "@/features/store/api/store-events";
import { addToActivity } from "@/features/store-list/api/activity";
import type { Store, StoreEvent, StreamStoreDeleted } from "@/lib/api/types";
import { session } from "@/lib/session/session";
import type { StreamNews } from "./messages";

/** Hundreds of stores can change in a second; pages are drawn a few times in that second. */
const BATCH = 80;

/** The one place where the stream changes the cache. */
export class LiveCache {
  private readonly client: QueryClient;
  private changes: StoreChanges = new Map();
  private deletedNames = new Map<string, string>();
  private events: StoreEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient) {
    this.client = client;
  }

  receive = (news: StreamNews) => {
    if (news.kind === "state") {
      if (news.state === "ended") session.end();
      return;
    }
    switch (news.event) {
      case "store": {
        const store = JSON.parse(news.data) as Store;
        this.changes.set(store.uid, store);
        break;
      }
      case "store-deleted": {
        const { uid, name } = JSON.parse(news.data) as StreamStoreDeleted;
        this.changes.set(uid, null);
        this.deletedNames.set(uid, name);
        break;
      }
      case "event":
        this.events.push(JSON.parse(news.data) as StoreEvent);
        break;
      case "resync":
        this.flush();
        // What is on the screen is read now, the rest when it is looked at again.
        void this.client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "activity" });
        return;
    }
    this.timer ??= setTimeout(() => this.flush(), BATCH);
  };

  flush() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { changes, deletedNames, events } = this;
    this.changes = new Map();
    this.deletedNames = new Map();
    this.events = [];
    if (changes.size > 0) {
      rememberForRunningLoads(changes);
      this.client.setQueryData<StoreList>(storeListKey, (list) => list && withChanges(list, changes));
      for (const store of changes.values()) if (store) this.replaceStore(store);
      for (const [uid, name] of deletedNames) this.forgetStore(uid, name);
    }
    if (events.length > 0) {
      addToActivity(this.client, events);
      addToEventLists(this.client, events);
    }
  }

  private replaceStore(store: Store) {
    const key = storeKey(store.name);
    if (this.client.getQueryState(key)) this.client.setQueryData<Store>(key, store);
  }

  private forgetStore(uid: string, name: string) {
    const key = storeKey(name);
    // The page keeps showing what the store was last, and learns from the 404 that it is gone.
    if (this.client.getQueryData<Store>(key)?.uid === uid)
      void this.client.invalidateQueries({ queryKey: key });
  }
}
