import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { lastList } from "@/domain/stores/last-list";
import { storeKey } from "@/domain/stores/store";
import { aStore } from "@/domain/stores/test-data";
import { fakeServer, renderPage } from "@/test-page";
import { StorePage } from "./store-page";

afterEach(() => vi.unstubAllGlobals());

it("leads back to the list as it was looked at", async () => {
  lastList.remember({ phase: "Failed", q: "al" });
  const { fetch } = fakeServer({
    "GET /api/v1/stores/alpha": () => Response.json(aStore("alpha")),
    "GET /api/v1/engines": () => Response.json({ items: [] }),
  });
  vi.stubGlobal("fetch", fetch);
  renderPage(<StorePage />, { path: "/stores/alpha" });
  expect(await screen.findByRole("link", { name: "Stores" })).toHaveAttribute("href", "/?phase=Failed&q=al");
});

it("shows the credentials of no other store", async () => {
  const { fetch } = fakeServer({
    "GET /api/v1/stores/alpha": () => Response.json(aStore("alpha")),
    "GET /api/v1/stores/beta": () => Response.json(aStore("beta")),
    "GET /api/v1/engines": () => Response.json({ items: [] }),
    "GET /api/v1/stores/alpha/credentials": () => Response.json({ username: "owner", password: "of-alpha" }),
  });
  vi.stubGlobal("fetch", fetch);
  const { client, router } = renderPage(<StorePage />, { path: "/stores/alpha" });
  await userEvent.click(await screen.findByRole("button", { name: "Show the credentials" }));
  expect(await screen.findByText("of-alpha")).toBeVisible();
  // Known already, as from the list: nothing is loaded between the two.
  client.setQueryData(storeKey("beta"), aStore("beta"));
  await act(() => router.navigate({ to: "/stores/$name", params: { name: "beta" } } as never));
  await screen.findByRole("heading", { name: "beta" });
  await waitFor(() => expect(screen.queryByText("of-alpha")).toBeNull());
  expect(screen.getByRole("button", { name: "Show the credentials" })).toBeVisible();
});
