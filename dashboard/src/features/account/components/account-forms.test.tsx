import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { session } from "@/lib/session/session";
import { fakeServer, problem, renderPage } from "@/test-page";
import { ChangePassword } from "./change-password";
import { CreateToken } from "./create-token";

afterEach(() => vi.unstubAllGlobals());

function serve(answers: Parameters<typeof fakeServer>[0]) {
  const server = fakeServer(answers);
  vi.stubGlobal("fetch", server.fetch);
  return server.calls;
}

it("creates a token and shows it once, with the way to use it", async () => {
  const calls = serve({
    "POST /api/v1/tokens": () =>
      Response.json(
        { id: "1", name: "ci", scope: "read", createdAt: "x", token: "sft_abc" },
        { status: 201 },
      ),
  });
  const onClose = vi.fn();
  renderPage(<CreateToken onClose={onClose} />);
  expect(await screen.findByRole("button", { name: "Create" })).toBeDisabled();
  await userEvent.type(screen.getByLabelText(/^Name/), " ci ");
  await userEvent.selectOptions(screen.getByLabelText("Scope"), "read");
  await userEvent.selectOptions(screen.getByLabelText("Expires after"), "30 days");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByText("sft_abc")).toBeVisible();
  expect(screen.getByText(/^storefleet login .* --token-stdin$/)).toBeVisible();
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({
    name: "ci",
    scope: "read",
    expiresInDays: 30,
  });
  await userEvent.click(screen.getByRole("button", { name: "I have stored it" }));
  expect(onClose).toHaveBeenCalledTimes(1);
});

async function typePasswords(current: string, wanted: string, again: string) {
  await userEvent.type(await screen.findByLabelText("Current password"), current);
  await userEvent.type(screen.getByLabelText("New password"), wanted);
  await userEvent.type(screen.getByLabelText("New password, once more"), again);
}
const change = () => screen.getByRole("button", { name: "Change password" });

it("wants a new password that is long enough and typed twice", async () => {
  const calls = serve({});
  renderPage(<ChangePassword name="ann" />);
  await typePasswords("old-password-1", "short", "shor");
  expect(screen.getByText("At least 12 characters.")).toBeVisible();
  expect(screen.getByText("This is not the same.")).toBeVisible();
  expect(change()).toBeDisabled();
  await userEvent.clear(screen.getByLabelText("New password"));
  await userEvent.type(screen.getByLabelText("New password"), "old-password-1{Enter}");
  expect(screen.getByText("This is the current password.")).toBeVisible();
  expect(calls).toHaveLength(0);
});

it("stays logged in: the change ends every session, so this browser begins another", async () => {
  const calls = serve({
    "PUT /api/v1/me/password": () => Response.json({ revokedTokens: 0, remainingTokens: 2 }),
    "POST /api/v1/auth/login": () => Response.json({ name: "ann", csrfToken: "new-token", expiresAt: "x" }),
  });
  renderPage(<ChangePassword name="ann" />);
  await typePasswords("old-password-1", "new-password-1", "new-password-1");
  await userEvent.click(change());
  await waitFor(() => expect(screen.getByLabelText("Current password")).toHaveValue(""));
  expect(calls.map((call) => [call.method, call.body]).slice(0, 2)).toEqual([
    ["PUT", { current: "old-password-1", new: "new-password-1", revokeTokens: false }],
    ["POST", { name: "ann", password: "new-password-1" }],
  ]);
  expect(session.csrfToken()).toBe("new-token");
});

it("revokes the API tokens where one asks for it", async () => {
  const calls = serve({
    "PUT /api/v1/me/password": () => Response.json({ revokedTokens: 2, remainingTokens: 0 }),
    "POST /api/v1/auth/login": () => Response.json({ name: "ann", csrfToken: "new-token", expiresAt: "x" }),
  });
  renderPage(<ChangePassword name="ann" />);
  await typePasswords("old-password-1", "new-password-1", "new-password-1");
  const revoke = screen.getByRole("checkbox", { name: /revoke my API tokens/i });
  expect(revoke).not.toBeChecked();
  await userEvent.click(revoke);
  await userEvent.click(change());
  await waitFor(() => expect(screen.getByLabelText("Current password")).toHaveValue(""));
  expect(calls[0]?.body).toEqual({ current: "old-password-1", new: "new-password-1", revokeTokens: true });
  expect(revoke).not.toBeChecked();
});

it("says that the current password is wrong, at its field", async () => {
  const calls = serve({
    "PUT /api/v1/me/password": () =>
      problem(422, "InvalidValues", "This is not the password.", [
        { pointer: "/current", detail: "This is not the password." },
      ]),
  });
  renderPage(<ChangePassword name="ann" />);
  await typePasswords("wrong-password", "new-password-1", "new-password-1");
  await userEvent.click(change());
  expect(await screen.findByText("This is not the password.")).toBeVisible();
  expect(screen.getByLabelText("Current password")).toBeInvalid();
  expect(calls.some((call) => call.path === "/api/v1/auth/login")).toBe(false);
});
