import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import type { Store } from "@/lib/api/types";
import { fakeServer, problem, renderPage } from "@/test-page";
import type { SettingsField } from "../store-search";
import { SettingsTab } from "./settings-tab";

afterEach(() => {
  vi.unstubAllGlobals();
  refused = undefined;
});

let refused: Response | undefined;
const answer = (store: Store) => Response.json(store, { headers: { ETag: `"${store.generation}"` } });

async function show(focus?: SettingsField) {
  const made = { store: aStore("demo", { title: "Demo" }) };
  const server = fakeServer({
    "GET /api/v1/stores/demo": () => answer(made.store),
    "GET /api/v1/engines": () => Response.json({ items: [] }),
    "PATCH /api/v1/stores/demo": ({ headers, body }) => {
      if (refused) return refused;
      if (headers.get("If-Match") !== `"${made.store.generation}"`)
        return problem(412, "PreconditionFailed", "no");
      made.store = { ...made.store, ...(body as Partial<Store>), generation: made.store.generation + 1 };
      return answer(made.store);
    },
  });
  vi.stubGlobal("fetch", server.fetch);
  const page = renderPage(<SettingsTab store={made.store} focus={focus} />, {
    path: "/stores/demo?tab=settings",
  });
  await screen.findByLabelText("Title");
  return { ...page, made, changes: () => server.calls.filter((call) => call.method === "PATCH") };
}

async function type(label: string, text: string) {
  await userEvent.clear(screen.getByLabelText(label));
  await userEvent.type(screen.getByLabelText(label), text);
}
const save = () => userEvent.click(screen.getByRole("button", { name: "Save" }));

it("does not undo what others change meanwhile, also after the store was read again", async () => {
  const { made, client, changes } = await show();
  await type("Title", "Mine");
  made.store = { ...made.store, adminEmail: "theirs@example.com", generation: 2 };
  await act(() => client.invalidateQueries());
  await save();
  await userEvent.click(await screen.findByRole("button", { name: "Read the newest state" }));
  await waitFor(() => expect(screen.getByLabelText("Admin e-mail")).toHaveValue("theirs@example.com"));
  expect(screen.getByLabelText("Title")).toHaveValue("Mine");
  await save();
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
  expect(changes().map((call) => [call.headers.get("If-Match"), call.body])).toEqual([
    ['"1"', { title: "Mine" }],
    ['"2"', { title: "Mine" }],
  ]);
  expect(made.store).toMatchObject({ title: "Mine", adminEmail: "theirs@example.com" });
});

it("has the focus on the field that a failure led to", async () => {
  await show("hosts");
  await waitFor(() => expect(screen.getByLabelText("Further host names")).toHaveFocus());
});

it("asks before what was typed is lost", async () => {
  const { router } = await show();
  const leave = () => void router.navigate({ to: "/stores/$name", params: { name: "demo" } } as never);
  await type("Title", "Mine");
  leave();
  await userEvent.click(await screen.findByRole("button", { name: "Stay" }));
  expect(screen.getByLabelText("Title")).toHaveValue("Mine");
  expect(router.state.location.search).toEqual({ tab: "settings" });
  leave();
  await userEvent.click(await screen.findByRole("button", { name: "Leave" }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

it("lets one go where everything is saved", async () => {
  const { router } = await show();
  await type("Title", "Mine");
  await save();
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
  await act(() => router.navigate({ to: "/" } as never));
  expect(router.state.location.pathname).toBe("/");
});

it("does not send a date that is none, and says what the server finds wrong", async () => {
  const { changes } = await show();
  const expires = screen.getByLabelText("Expires");
  fireEvent.change(expires, { target: { value: "2200-01-01T00:00" } });
  await save();
  expect(await screen.findByText("Complete the date, or empty the field.")).toBeVisible();
  expect(changes()).toHaveLength(0);
  fireEvent.change(expires, { target: { value: "2199-01-01T00:00" } });
  refused = problem(422, "InvalidField", "The date is wrong.", [
    { pointer: "/expiresAt", detail: "It is too far away." },
  ]);
  await save();
  expect(await screen.findByText("It is too far away.")).toBeVisible();
  expect(screen.queryByText("Complete the date, or empty the field.")).toBeNull();
  expect(screen.getByRole("alert")).toHaveTextContent("The date is wrong.");
});
