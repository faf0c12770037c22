import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import { fakeServer, renderPage } from "@/test-page";
import { Expiry } from "./expiry";

afterEach(() => vi.unstubAllGlobals());

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

it("gives a store thirty more days by one click", async () => {
  const at = inDays(3);
  const store = aStore("demo", { expiresAt: at });
  const server = fakeServer({
    "PATCH /api/v1/stores/demo": ({ body }) => Response.json({ ...store, ...(body as object) }),
  });
  vi.stubGlobal("fetch", server.fetch);
  renderPage(<Expiry store={store} at={at} mayChange />, { path: "/stores/demo" });
  await userEvent.click(await screen.findByRole("button", { name: "Extend by 30 days" }));
  await waitFor(() => expect(server.calls).toHaveLength(1));
  expect(server.calls[0]?.body).toEqual({
    expiresAt: new Date(Date.parse(at) + 30 * 86_400_000).toISOString(),
  });
});

it("offers a viewer no extension", async () => {
  const at = inDays(3);
  renderPage(<Expiry store={aStore("demo")} at={at} mayChange={false} />, { path: "/stores/demo" });
  expect(await screen.findByText(/Expires in/)).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});
