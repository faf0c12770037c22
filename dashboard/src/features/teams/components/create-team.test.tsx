import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { fakeServer, problem, renderPage } from "@/test-page";
import { CreateTeam } from "./create-team";

afterEach(() => vi.unstubAllGlobals());

const taken = "A team named 'blue' exists already.";

function show() {
  const server = fakeServer({
    "GET /api/v1/engines": () => Response.json({ items: [{ name: "x", plans: ["small", "large"] }] }),
    "POST /api/v1/teams": ({ body }) =>
      (body as { name: string }).name === "blue"
        ? problem(409, "NameTaken", taken, [{ pointer: "/name", detail: taken }])
        : Response.json({ name: "made" }, { status: 201 }),
  });
  vi.stubGlobal("fetch", server.fetch);
  const onCreated = vi.fn();
  renderPage(<CreateTeam onClose={() => undefined} onCreated={onCreated} />);
  return { onCreated, sent: () => server.calls.filter((call) => call.method === "POST") };
}

it("makes the name from what people call the team, and sends no limit that was not set", async () => {
  const { sent, onCreated } = show();
  await userEvent.type(await screen.findByLabelText("What people call it"), "Agency, Europe");
  expect(screen.getByLabelText(/^Name/)).toHaveValue("agency-europe");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  await waitFor(() => expect(onCreated).toHaveBeenCalled());
  expect(sent()[0]?.body).toEqual({ name: "agency-europe", displayName: "Agency, Europe", quota: {} });
});

it("sends limits and the plans that are left", async () => {
  const { sent } = show();
  await userEvent.type(await screen.findByLabelText(/^Name/), "red");
  await userEvent.type(screen.getByLabelText("Most stores"), "5");
  await userEvent.type(screen.getByLabelText("Most storage, GiB"), "10");
  await userEvent.click(screen.getByLabelText("Every plan"));
  await userEvent.click(await screen.findByLabelText("large"));
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  await waitFor(() => expect(sent()).toHaveLength(1));
  expect(sent()[0]?.body).toEqual({
    name: "red",
    quota: { stores: 5, storageBytes: 10_737_418_240, plans: ["small"] },
  });
});

it("sends nothing that is wrong, and says at which field what the server refuses", async () => {
  const { sent, onCreated } = show();
  await userEvent.type(await screen.findByLabelText(/^Name/), "Blue");
  expect(screen.getByText(/Only a-z/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Create" })).toBeDisabled();
  await userEvent.clear(screen.getByLabelText(/^Name/));
  await userEvent.type(screen.getByLabelText(/^Name/), "blue{Enter}");
  await waitFor(() => expect(screen.getByLabelText(/^Name/)).toBeInvalid());
  expect(screen.getByRole("alert")).toHaveTextContent(taken);
  expect(sent()).toHaveLength(1);
  expect(onCreated).not.toHaveBeenCalled();
});
