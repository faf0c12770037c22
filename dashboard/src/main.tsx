import "./app/styles/all";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { newQueryClient } from "./app/query-client";
import { LiveCache } from "./app/stream/live-cache";
import { openStream } from "./app/stream/stream";
import { listenForShortcuts } from "./lib/shortcuts/shortcuts";

const client = newQueryClient();
openStream(new LiveCache(client).receive);
listenForShortcuts();

// A new version of the dashboard was installed while this one was open: its parts are gone.
addEventListener("vite:preloadError", (event) => {
  const key = "storefleet-reloaded-at";
  if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < 30_000) return;
  sessionStorage.setItem(key, String(Date.now()));
  event.preventDefault();
  location.reload();
});

const element = document.getElementById("dashboard");
if (!element) throw new Error("index.html has no #dashboard");
createRoot(element).render(
  <StrictMode>
    <App client={client} />
  </StrictMode>,
);
