import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { User } from "@/lib/api/types";
import { fakeServer, problem, renderPage } from "@/test-page";
import { CreateUser } from "./create-user";
import { EditUser } from "./edit-user";

afterEach(() => vi.unstubAllGlobals());

const vic: User = {
  name: "vic",
  email: "vic@example.com",
  role: "user",
  disabled: false,
  createdAt: "2026-11-24T11:15:00.000Z",
};

function serve(answers: Parameters<typeof fakeServer>[0]) {
  const server = fakeServer(answers);
  vi.stubGlobal("fetch", server.fetch);
  return server.calls;
}

it("creates a user with a generated password, which is shown until it was stored", async () => {
  const calls = serve({ "POST /api/v1/users": () => Response.json(vic, { status: 201 }) });
  const onClose = vi.fn();
  renderPage(<CreateUser onClose={onClose} />);
  await userEvent.type(await screen.findByLabelText(/^Name/), "vic");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByText("Password of vic")).toBeVisible();
  const sent = calls.find((call) => call.method === "POST")?.body as { password: string };
  expect(sent).toEqual({ name: "vic", role: "user", password: expect.stringMatching(/^\w{20}$/) });
  expect(screen.getByText(sent.password)).toBeVisible();
  expect(screen.getByRole("button", { name: "Copy password" })).toBeVisible();
  await userEvent.keyboard("{Escape}");
  expect(onClose).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "I have stored it" }));
  expect(onClose).toHaveBeenCalledTimes(1);
});

it("keeps what was typed where the server refuses it", async () => {
  serve({
    "POST /api/v1/users": () =>
      problem(422, "InvalidValues", "The e-mail is wrong.", [
        { pointer: "/email", detail: "This is not an e-mail address." },
      ]),
  });
  renderPage(<CreateUser onClose={() => undefined} />);
  await userEvent.type(await screen.findByLabelText(/^Name/), "vic");
  await userEvent.type(screen.getByLabelText("E-mail"), "vic{Enter}");
  expect(await screen.findByText("This is not an e-mail address.")).toBeVisible();
  expect(screen.getByLabelText("E-mail")).toHaveValue("vic");
});

it("sends only what was changed", async () => {
  const calls = serve({ "PATCH /api/v1/users/vic": () => Response.json(vic) });
  const onClose = vi.fn();
  renderPage(<EditUser user={vic} onClose={onClose} />);
  expect(await screen.findByRole("button", { name: "Save" })).toBeDisabled();
  await userEvent.click(screen.getByLabelText(/^May log in/));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(calls.find((call) => call.method === "PATCH")?.body).toEqual({ disabled: true });
});

it("sets a new password, and revokes tokens with it", async () => {
  const calls = serve({ "PATCH /api/v1/users/vic": () => Response.json(vic) });
  renderPage(<EditUser user={vic} onClose={() => undefined} />);
  await userEvent.click(await screen.findByRole("checkbox", { name: /^Revoke all API tokens/ }));
  await userEvent.click(await screen.findByRole("button", { name: "Set a new password" }));
  await screen.findByText("Password of vic");
  const sent = calls.find((call) => call.method === "PATCH")?.body as { password: string };
  expect(sent).toMatchObject({ revokeTokens: true });
  expect(screen.getByText(sent.password)).toBeVisible();
});

it("shows no password that the server did not take", async () => {
  serve({ "PATCH /api/v1/users/vic": () => problem(503, "DatabaseUnreachable", "The database is away.") });
  renderPage(<EditUser user={vic} onClose={() => undefined} />);
  await userEvent.click(await screen.findByRole("button", { name: "Set a new password" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The database is away.");
  expect(screen.queryByText("Password of vic")).toBeNull();
});

it("deletes after the name was typed, and says why not", async () => {
  const calls = serve({ "DELETE /api/v1/users/vic": () => problem(409, "LastAdmin", "The last admin.") });
  renderPage(<EditUser user={{ ...vic, role: "admin" }} onClose={() => undefined} />);
  await userEvent.click(await screen.findByRole("button", { name: "Delete the user" }));
  await userEvent.type(await screen.findByLabelText("Type vic to confirm"), "vic{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("The last admin.");
  expect(calls.filter((call) => call.method === "DELETE")).toHaveLength(1);
});
