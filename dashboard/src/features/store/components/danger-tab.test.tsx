import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import type { Store } from "@/lib/api/types";
import { fakeServer, problem, renderPage } from "@/test-page";
import { DangerTab } from "./danger-tab";

afterEach(() => vi.unstubAllGlobals());

const usage = {
  pods: [],
  volumes: [
    { name: "database", phase: "Bound", requestedBytes: 1, capacityBytes: 1024 ** 3 },
    { name: "files", phase: "Pending", requestedBytes: 1024 ** 3 },
  ],
  quota: [],
};

async function show(answer: () => Response) {
  const server = fakeServer({
    "GET /api/v1/stores/demo/metrics": () => Response.json(usage),
    "DELETE /api/v1/stores/demo": answer,
  });
  vi.stubGlobal("fetch", server.fetch);
  const store = aStore("demo", { title: "Demo", hosts: ["shop.example.com"] });
  const page = renderPage(<DangerTab store={store} />, { path: "/stores/demo?tab=danger" });
  await userEvent.click(await screen.findByRole("button", { name: "Delete demo" }));
  await userEvent.type(await screen.findByLabelText("Type demo to confirm"), "demo");
  return { ...page, deletions: () => server.calls.filter((call) => call.method === "DELETE") };
}

it("lists what goes, deletes once, and leads to the teardown", async () => {
  const { deletions, router, client } = await show(() =>
    Response.json(aStore("demo", { phase: "Deleting" }), { status: 202 }),
  );
  expect(screen.getByText(/2 volumes, 2 GiB/)).toBeVisible();
  expect(screen.getByText("the address shop.example.com")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Delete for ever" }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
  expect(deletions()).toHaveLength(1);
  expect(client.getQueryData(["stores", "one", "demo"])).toMatchObject({ phase: "Deleting" });
});

it("stays, with the name typed, where the server refuses", async () => {
  const { deletions } = await show(() => problem(503, "ClusterUnreachable", "The cluster does not answer."));
  await userEvent.click(screen.getByRole("button", { name: "Delete for ever" }));
  await waitFor(() => expect(deletions()).toHaveLength(1));
  expect(screen.getByLabelText("Type demo to confirm")).toHaveValue("demo");
});

it("protects a store from being deleted, here and everywhere", async () => {
  let store = aStore("demo", { deletionPolicy: "Delete" });
  const server = fakeServer({
    "GET /api/v1/stores/demo/metrics": () => Response.json(usage),
    "PATCH /api/v1/stores/demo": ({ body }) => {
      store = { ...store, ...(body as Partial<Store>) };
      return Response.json(store, { headers: { ETag: '"2"' } });
    },
  });
  vi.stubGlobal("fetch", server.fetch);
  const page = renderPage(<DangerTab store={store} />, { path: "/stores/demo?tab=danger" });
  await userEvent.click(await screen.findByRole("switch", { name: /^Delete protection/ }));
  await waitFor(() => expect(store.deletionPolicy).toBe("Retain"));
  expect(page.client.getQueryData(["stores", "one", "demo"])).toMatchObject({ deletionPolicy: "Retain" });
  page.unmount();
  renderPage(<DangerTab store={store} />, { path: "/stores/demo?tab=danger" });
  expect(await screen.findByRole("switch", { name: /^Delete protection/ })).toBeChecked();
  expect(screen.getByRole("button", { name: "Delete demo" })).toBeDisabled();
});

it("lets a store go that was deleted and is kept", async () => {
  const server = fakeServer({
    "GET /api/v1/stores/demo/metrics": () => Response.json(usage),
    "PATCH /api/v1/stores/demo": () =>
      Response.json(aStore("demo", { phase: "Retained" }), { headers: { ETag: '"2"' } }),
  });
  vi.stubGlobal("fetch", server.fetch);
  const store = aStore("demo", { phase: "Retained", deletionPolicy: "Retain" });
  renderPage(<DangerTab store={store} />, { path: "/stores/demo?tab=danger" });
  await userEvent.click(await screen.findByRole("button", { name: "Delete demo" }));
  expect(screen.queryByRole("switch")).toBeNull();
  await userEvent.type(await screen.findByLabelText("Type demo to confirm"), "demo");
  await userEvent.click(screen.getByRole("button", { name: "Delete for ever" }));
  await waitFor(() =>
    expect(server.calls.find((call) => call.method === "PATCH")?.body).toEqual({ deletionPolicy: "Delete" }),
  );
  expect(server.calls.some((call) => call.method === "DELETE")).toBe(false);
});
