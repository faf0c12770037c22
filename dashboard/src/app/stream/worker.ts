import type { PageRequest } from "./messages";
import { SharedConnection, STREAM } from "./shared-connection";

// Runs as a SharedWorker: a browser opens at most six connections to a host, and the stream keeps one busy.
const shared = new SharedConnection(STREAM);

addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  const tell = (news: unknown) => port.postMessage(news);
  port.onmessage = (message: MessageEvent<PageRequest>) => shared.take(message.data, tell);
});
