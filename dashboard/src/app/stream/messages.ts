import type { SseMessage } from "./sse-parser";

/** connecting: at first, or for a moment; lost: not for some seconds; ended: the session is over. */
export type StreamState = "connecting" | "live" | "lost" | "ended";

/** From the connection to pages. */
export type StreamNews = { kind: "state"; state: StreamState } | ({ kind: "message" } & SseMessage);

/** From pages to the shared connection. */
export type PageRequest = "hello" | "restart" | "bye";
