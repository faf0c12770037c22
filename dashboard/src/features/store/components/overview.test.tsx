import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import { fakeServer, renderPage } from "@/test-page";
import { Overview } from "./overview";

afterEach(() => vi.unstubAllGlobals());

function show(status?: boolean) {
  const server = fakeServer({ "GET /api/v1/engines": () => Response.json({ items: [] }) });
  vi.stubGlobal("fetch", server.fetch);
  const condition = {
    type: "Upgrading",
    reason: "Waiting",
    message: "Other stores are upgraded first.",
    lastTransitionTime: "2026-11-24T11:15:00.000Z",
  };
  const conditions = status === undefined ? [] : [{ ...condition, status }];
  renderPage(<Overview store={aStore("demo", { conditions })} mayChange />, { path: "/stores/demo" });
}

it("says why an upgrade waits", async () => {
  show(false);
  expect(await screen.findByText("Other stores are upgraded first.")).toBeVisible();
});

it.each([undefined, true])("says nothing of an upgrade that does not wait (%s)", async (status) => {
  show(status);
  expect(await screen.findByText("Plan")).toBeVisible();
  expect(screen.queryByText("Upgrade")).toBeNull();
});
