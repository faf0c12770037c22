import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Me } from "@/lib/api/types";
import { fakeServer, problem, renderPage } from "@/test-page";
import { Members } from "./members";

afterEach(() => vi.unstubAllGlobals());

const owner: Me = {
  name: "ann",
  role: "user",
  via: "session",
  scope: "full",
  teams: [{ team: "blue", role: "owner" }],
};

function show(mayManage: boolean) {
  let items = [
    { user: "vic", role: "viewer" },
    { user: "ann", role: "owner" },
  ];
  const server = fakeServer({
    "GET /api/v1/teams/blue/members": () => Response.json({ items }),
    "PUT /api/v1/teams/blue/members/vic": ({ body }) => {
      items = [{ user: "vic", ...(body as { role: string }) }];
      return Response.json(items[0]);
    },
    "PUT /api/v1/teams/blue/members/nobody": () => problem(404, "NotFound", "There is no user 'nobody'."),
    "DELETE /api/v1/teams/blue/members/vic": () => {
      items = [];
      return new Response(null, { status: 204 });
    },
  });
  vi.stubGlobal("fetch", server.fetch);
  renderPage(<Members team="blue" mayManage={mayManage} />, { me: owner });
  return server;
}

it("lists owners first, without controls for who may not use them", async () => {
  show(false);
  const rows = within(await screen.findByRole("table", { name: "Members of blue" })).getAllByRole("row");
  expect(rows[1]).toHaveTextContent(/^annyouowner/);
  expect(rows[2]).toHaveTextContent(/^vicviewer/);
  expect(screen.queryByRole("button")).toBeNull();
});

it("changes a role, and shows what the server has then", async () => {
  const { calls } = show(true);
  await userEvent.click(await screen.findByRole("button", { name: "Change vic" }));
  const save = await screen.findByRole("button", { name: "Save" });
  expect(save).toBeDisabled();
  await userEvent.selectOptions(screen.getByLabelText("Role"), "member");
  expect(within(screen.getByRole("dialog")).getByText(/^Also creates/)).toBeVisible();
  await userEvent.click(save);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(calls.find((call) => call.method === "PUT")?.body).toEqual({ role: "member" });
  const row = screen.getByRole("button", { name: "Change vic" }).closest("tr");
  await waitFor(() => expect(row).toHaveTextContent(/^vicmember/));
});

it("removes somebody", async () => {
  show(true);
  await userEvent.click(await screen.findByRole("button", { name: "Change vic" }));
  await userEvent.click(await screen.findByRole("button", { name: "Remove from the team" }));
  expect(await screen.findByText("Nobody is in this team")).toBeVisible();
});

it("warns an owner who gives away the own rights", async () => {
  show(true);
  await userEvent.click(await screen.findByRole("button", { name: "Change ann" }));
  expect(screen.queryByText(/give away your own right/)).toBeNull();
  await userEvent.selectOptions(await screen.findByLabelText("Role"), "viewer");
  expect(screen.getByText(/give away your own right/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Leave the team" })).toBeVisible();
});

it("says that a user does not exist, and asks nobody but admins for all users", async () => {
  const { calls } = show(true);
  await userEvent.click(await screen.findByRole("button", { name: "Add somebody" }));
  await userEvent.type(await screen.findByLabelText(/^User name/), "nobody{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no user 'nobody'.");
  expect(calls.some((call) => call.path === "/api/v1/users")).toBe(false);
});
