import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { fakeServer, renderPage } from "@/test-page";
import { Checks } from "./checks";

afterEach(() => vi.unstubAllGlobals());

it("shows what fails, which comes with 503", async () => {
  const body = {
    status: "failing",
    checks: [
      { name: "cluster", ok: true },
      { name: "database", ok: false, message: "The database cannot be reached." },
    ],
  };
  vi.stubGlobal("fetch", fakeServer({ "GET /readyz": () => Response.json(body, { status: 503 }) }).fetch);
  renderPage(<Checks />);
  expect(await screen.findByText("The database cannot be reached.")).toBeVisible();
  expect(screen.getAllByText(/^(Works|Fails)$/).map((state) => state.textContent)).toEqual([
    "Works",
    "Fails",
  ]);
});

it("says that nothing could be read where the answer is none of the platform", async () => {
  vi.stubGlobal("fetch", fakeServer({ "GET /readyz": () => new Response("no", { status: 502 }) }).fetch);
  renderPage(<Checks />);
  expect(await screen.findByText("The checks could not be read")).toBeVisible();
});
