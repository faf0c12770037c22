import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Team } from "@/lib/api/types";
import { fakeServer, problem, renderPage } from "@/test-page";
import { DeleteTeam } from "./delete-team";

afterEach(() => vi.unstubAllGlobals());

const team = (name: string, stores: number): Team => ({
  name,
  displayName: name,
  quota: {},
  usage: { stores, storageBytes: 0 },
  createdAt: "2026-11-24T11:15:00.000Z",
});

it("deletes after the name was typed, and goes back to the list", async () => {
  const server = fakeServer({ "DELETE /api/v1/teams/blue": () => new Response(null, { status: 204 }) });
  vi.stubGlobal("fetch", server.fetch);
  const { router } = renderPage(<DeleteTeam team={team("blue", 0)} />, { path: "/teams/blue" });
  await userEvent.click(await screen.findByRole("button", { name: "Delete blue" }));
  await userEvent.type(await screen.findByLabelText("Type blue to confirm"), "blue{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/teams"));
});

it("says why the server refuses", async () => {
  const server = fakeServer({
    "DELETE /api/v1/teams/blue": () => problem(409, "Conflict", "Team 'blue' still has stores."),
  });
  vi.stubGlobal("fetch", server.fetch);
  renderPage(<DeleteTeam team={team("blue", 0)} />);
  await userEvent.click(await screen.findByRole("button", { name: "Delete blue" }));
  await userEvent.type(await screen.findByLabelText("Type blue to confirm"), "blue{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("Team 'blue' still has stores.");
});

it("leads to the stores that are in the way", async () => {
  renderPage(<DeleteTeam team={team("blue", 2)} />);
  const link = await screen.findByRole("link", { name: "Show its stores" });
  expect(link).toHaveAttribute("href", "/?team=blue");
  expect(screen.queryByRole("button")).toBeNull();
});

it("does not offer to delete the team of stores that name none", async () => {
  renderPage(<DeleteTeam team={team("default", 0)} />);
  expect(await screen.findByText(/cannot be deleted/)).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});
