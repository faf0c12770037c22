import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { fakeServer, problem, renderPage } from "@/test-page";
import { LoginScreen } from "./login-screen";

afterEach(() => vi.unstubAllGlobals());

function show(answers: Parameters<typeof fakeServer>[0], expired = false) {
  const server = fakeServer(answers);
  vi.stubGlobal("fetch", server.fetch);
  const onLoggedIn = vi.fn();
  renderPage(<LoginScreen expired={expired} onLoggedIn={onLoggedIn} />);
  return { ...server, onLoggedIn };
}

async function logIn() {
  await userEvent.type(await screen.findByLabelText("User name"), " ann ");
  await userEvent.type(screen.getByLabelText("Password"), "secret{Enter}");
}

it("logs in with the keyboard alone", async () => {
  const { calls, onLoggedIn } = show({
    "POST /api/v1/auth/login": () =>
      Response.json({ name: "ann", csrfToken: "c", expiresAt: "2026-11-24T12:00:00Z" }),
  });
  await logIn();
  await waitFor(() => expect(onLoggedIn).toHaveBeenCalledWith("ann", "c"));
  expect(calls.find((call) => call.method === "POST")?.body).toEqual({ name: "ann", password: "secret" });
});

it("says that name or password is wrong, and keeps the name", async () => {
  const { onLoggedIn } = show({ "POST /api/v1/auth/login": () => problem(401, "Unauthenticated", "no") });
  await logIn();
  expect(await screen.findByRole("alert")).toHaveTextContent("Name or password is wrong");
  expect(screen.getByLabelText("User name")).toHaveValue(" ann ");
  expect(screen.getByLabelText("Password")).toHaveValue("");
  expect(onLoggedIn).not.toHaveBeenCalled();
});

it("says what to do where the server is away or has had enough", async () => {
  show({ "POST /api/v1/auth/login": () => problem(429, "TooManyRequests", "no") });
  await logIn();
  expect(await screen.findByRole("alert")).toHaveTextContent("Too many attemptsDo something.");
});

it("offers the providers that there are", async () => {
  show({
    "GET /api/v1/auth/providers": () =>
      Response.json({
        items: [{ name: "corp", displayName: "Example Corp", loginUrl: "/x" }],
      }),
  });
  expect(await screen.findByRole("link", { name: "Log in with Example Corp" })).toHaveAttribute(
    "href",
    "/x?returnTo=%2F",
  );
  expect(screen.getAllByRole("link")).toHaveLength(1);
});

it("opens a provider elsewhere after a session, and goes on when that has worked", async () => {
  let answer = () => problem(401, "Unauthenticated", "no");
  const { onLoggedIn } = show(
    {
      "GET /api/v1/auth/providers": () =>
        Response.json({ items: [{ name: "corp", displayName: "Example Corp", loginUrl: "/x" }] }),
      "GET /api/v1/me": () => answer(),
    },
    true,
  );
  expect(await screen.findByRole("link", { name: /^Log in with Example Corp/ })).toHaveAttribute(
    "target",
    "_blank",
  );
  expect(onLoggedIn).not.toHaveBeenCalled();
  answer = () => Response.json({ name: "ann", csrfToken: "c" });
  // One comes back to this tab.
  window.dispatchEvent(new Event("visibilitychange"));
  await waitFor(() => expect(onLoggedIn).toHaveBeenCalledWith("ann", "c"));
});

it("does without providers, and says that nothing is lost after a session", async () => {
  show({}, true);
  expect(await screen.findByText(/What you were doing is still here/)).toBeVisible();
  expect(screen.queryByRole("link")).toBeNull();
});
