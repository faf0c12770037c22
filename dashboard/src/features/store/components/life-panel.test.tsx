import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import type { Engine, Store } from "@/lib/api/types";
import { fakeServer, problem, renderPage } from "@/test-page";
import { LifePanel } from "./life-panel";

afterEach(() => vi.unstubAllGlobals());

const engine = { name: "woocommerce", versions: ["11.1", "11.0", "10.9"] } as Engine;

async function show(store: Store, answers: Record<string, () => Response>) {
  const server = fakeServer(answers);
  vi.stubGlobal("fetch", server.fetch);
  const page = renderPage(<LifePanel store={store} engine={engine} />, { path: "/stores/demo?tab=settings" });
  await screen.findByText("Life");
  return { ...page, calls: () => server.calls.map((call) => `${call.method} ${call.path}`) };
}
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

it("puts a store to sleep and shows what the server says it is now", async () => {
  const asleep = aStore("demo", { asleep: true, phase: "Updating" });
  const { client, calls } = await show(aStore("demo"), {
    "POST /api/v1/stores/demo:sleep": () => Response.json(asleep, { status: 202 }),
  });
  expect(screen.queryByRole("button", { name: "Roll back" })).not.toBeInTheDocument();
  await press("Put to sleep");
  await waitFor(() => expect(client.getQueryData(["stores", "one", "demo"])).toMatchObject({ asleep: true }));
  expect(calls()).toEqual(["POST /api/v1/stores/demo:sleep"]);
});

it("offers what there is: waking, a newer version, what was before", async () => {
  const store = aStore("demo", {
    asleep: true,
    phase: "Sleeping",
    rollback: { engineVersion: "10.9", plan: "small", values: { workers: 2 } },
  });
  await show(store, {
    "POST /api/v1/stores/demo:rollback": () => problem(422, "VolumeSize", "Volumes cannot shrink."),
  });
  expect(screen.getByRole("button", { name: "Wake" })).toBeEnabled();
  expect(screen.getByRole("button", { name: "Upgrade to 11.1" })).toBeEnabled();
  expect(screen.getByText(/version 10\.9, plan small and its own workers/)).toBeVisible();
  await press("Roll back");
  expect(await screen.findByText("Volumes cannot shrink.")).toBeVisible();
});
