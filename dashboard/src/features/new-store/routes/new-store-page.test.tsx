import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { fakeServer, renderPage } from "@/test-page";
import { NewStorePage } from "./new-store-page";

afterEach(() => vi.unstubAllGlobals());

const engine = (name: string, plans: string[], parameters = {}) => ({
  name,
  displayName: name,
  description: "x",
  versions: ["1"],
  plans,
  parameters: { properties: parameters },
});

it("keeps what was typed when another engine is chosen", async () => {
  const { fetch } = fakeServer({
    "GET /api/v1/stores": () => Response.json({ items: [], total: 0 }),
    "GET /api/v1/teams": () => Response.json({ items: [{ name: "default" }, { name: "blue" }] }),
    "GET /api/v1/engines": () =>
      Response.json({
        items: [
          engine("first", ["small", "plus"], { workers: { type: "integer" } }),
          engine("second", ["large"]),
        ],
      }),
  });
  vi.stubGlobal("fetch", fetch);
  renderPage(<NewStorePage />, { path: "/new?engine=first" });
  const name = await screen.findByLabelText("Name");
  await userEvent.clear(name);
  await userEvent.type(name, "mine");
  await userEvent.click(screen.getByRole("button", { name: "More options" }));
  await userEvent.type(screen.getByLabelText("Title"), "My shop");
  await userEvent.selectOptions(screen.getByLabelText("Team"), "blue");
  await userEvent.selectOptions(screen.getByLabelText("Plan"), "plus");
  await userEvent.type(screen.getByLabelText("Workers"), "8");

  await userEvent.click(screen.getByRole("link", { name: /second/ }));
  await vi.waitFor(() => expect(screen.getByLabelText("Plan")).toHaveValue("large"));
  expect(screen.getByLabelText("Name")).toHaveValue("mine");
  expect(screen.getByLabelText("Title")).toHaveValue("My shop");
  expect(screen.getByLabelText("Team")).toHaveValue("blue");
  expect(screen.queryByLabelText("Workers")).toBeNull();

  await userEvent.click(screen.getByRole("link", { name: /first/ }));
  expect(await screen.findByLabelText("Workers")).toHaveDisplayValue("8");
  expect(screen.getByLabelText("Plan")).toHaveValue("plus");
});
