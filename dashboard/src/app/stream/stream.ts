import { useSyncExternalStore } from "react";
import type { PageRequest, StreamNews, StreamState } from "./messages";
import { SharedConnection, STREAM } from "./shared-connection";

let state: StreamState = "connecting";
const stateListeners = new Set<() => void>();
let send: ((request: PageRequest) => void) | undefined;

function connect(receive: (news: StreamNews) => void): (request: PageRequest) => void {
  if ("SharedWorker" in globalThis) {
    const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: "storefleet-stream",
    });
    worker.port.onmessage = (message: MessageEvent<StreamNews>) => receive(message.data);
    return (request) => worker.port.postMessage(request);
  }
  const own = new SharedConnection(STREAM);
  return (request) => own.take(request, receive);
}

/** Opens the stream, once a page; `receive` gets every message, also those of before that are at hand. */
export function openStream(receive: (news: StreamNews) => void) {
  const deliver = (news: StreamNews) => {
    if (news.kind === "state" && news.state !== state) {
      state = news.state;
      for (const listener of stateListeners) listener();
    }
    receive(news);
  };
  send = connect(deliver);
  send("hello");
  addEventListener("pagehide", () => send?.("bye"));
  addEventListener("pageshow", (event) => {
    if (event.persisted) send?.("hello");
  });
}

/** After a login: what may be seen has changed. */
export function restartStream() {
  send?.("restart");
}

export function useStreamState(): StreamState {
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
}
