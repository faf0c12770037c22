import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import type { Engine, Me } from "@/lib/api/types";
import { admin, fakeServer, problem, renderPage } from "@/test-page";
import { CreateForm } from "./create-form";

const engine: Engine = {
  name: "woocommerce",
  displayName: "WooCommerce",
  description: "x",
  versions: ["11.0"],
  plans: ["large", "medium", "small"],
  parameters: { properties: { workers: { type: "integer", minimum: 1, title: "PHP workers" } } },
};

const taken = "A store named 'demo' exists already.";
let answer: () => Response;
const server = () =>
  fakeServer({
    "GET /api/v1/stores": () => Response.json({ items: [aStore("known")], total: 1 }),
    "GET /api/v1/teams": () => Response.json({ items: [{ name: "default" }, { name: "blue" }] }),
    "POST /api/v1/stores?validateOnly=true": ({ body }) =>
      (body as { name: string }).name === "demo"
        ? problem(409, "NameTaken", taken, [{ pointer: "/name", detail: taken }])
        : Response.json(aStore("x", { url: undefined })),
    "POST /api/v1/stores": () => answer(),
  });

beforeEach(() => {
  answer = () => Response.json(aStore("fresh", { phase: "Pending" }), { status: 202 });
});
afterEach(() => vi.unstubAllGlobals());

function show(me: Me = admin) {
  const made = server();
  vi.stubGlobal("fetch", made.fetch);
  const created = () => made.calls.filter((call) => call.method === "POST" && call.path === "/api/v1/stores");
  return { ...renderPage(<CreateForm engine={engine} />, { me, path: "/new" }), created };
}

const nameField = () => screen.findByLabelText("Name");
async function typeName(name: string) {
  await userEvent.clear(await nameField());
  await userEvent.type(await nameField(), name);
}

it("needs one key: a free name is there, and Create has the focus", async () => {
  const { created, router } = show();
  const name = ((await nameField()) as HTMLInputElement).value;
  expect(name).toMatch(/^[a-z]+-[a-z]+$/);
  expect(screen.getByRole("button", { name: "Create" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe(`/stores/${name}`));
  expect(created()[0]?.body).toEqual({
    name,
    engine: "woocommerce",
    plan: "small",
    team: "default",
    sampleData: true,
  });
  expect(created()[0]?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
});

it("shows the address while typing, as other stores have theirs", async () => {
  show();
  await typeName("fresh");
  await waitFor(() => expect(screen.getByText("http://fresh.example.localhost/")).toBeVisible());
});

it("says while typing that a name is taken, here or by others, or cannot be", async () => {
  const { created } = show();
  await typeName("demo");
  expect(await screen.findByText(taken)).toBeVisible();
  expect(screen.getByRole("button", { name: "Create" })).toBeDisabled();
  await typeName("known");
  expect(await screen.findByText("A store named 'known' exists already.")).toBeVisible();
  await typeName("-x");
  expect(await screen.findByText(/must begin and end/)).toBeVisible();
  expect(created()).toHaveLength(0);
});

it("sends what is under More options, with the schema's types", async () => {
  const { created } = show();
  await typeName("fresh");
  await userEvent.click(screen.getByRole("button", { name: "More options" }));
  await userEvent.type(screen.getByLabelText("Title"), "My shop");
  await userEvent.selectOptions(screen.getByLabelText("Plan"), "medium");
  await userEvent.selectOptions(await screen.findByLabelText("Team"), "blue");
  await userEvent.type(screen.getByLabelText("Further host names"), "a.example.com{Enter}b.example.com");
  await userEvent.click(screen.getByLabelText("Sample data"));
  await userEvent.type(screen.getByLabelText("PHP workers"), "8");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  await waitFor(() => expect(created()).toHaveLength(1));
  expect(created()[0]?.body).toEqual({
    name: "fresh",
    engine: "woocommerce",
    plan: "medium",
    team: "blue",
    title: "My shop",
    hosts: ["a.example.com", "b.example.com"],
    sampleData: false,
    values: { workers: 8 },
  });
});

it("does not send a wrong parameter", async () => {
  const { created } = show();
  await userEvent.click(await screen.findByRole("button", { name: "More options" }));
  await userEvent.type(screen.getByLabelText("PHP workers"), "0");
  expect(screen.getByText("At least 1.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(created()).toHaveLength(0);
});

it("does not send a date that is none", async () => {
  const { created } = show();
  await userEvent.click(await screen.findByRole("button", { name: "More options" }));
  fireEvent.change(screen.getByLabelText("Expires"), { target: { value: "2200-01-01T00:00" } });
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByText("Complete the date, or empty the field.")).toBeVisible();
  expect(created()).toHaveLength(0);
});

it("puts what the server finds wrong beside its field, and the rest on top, and keeps what was typed", async () => {
  answer = () =>
    problem(422, "InvalidValues", "The e-mail is wrong.", [
      { pointer: "/adminEmail", detail: "This is not an e-mail address." },
    ]);
  show();
  await typeName("fresh");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  // The options unfold by themselves, in their own time.
  const wrong = await screen.findByText("This is not an e-mail address.");
  await waitFor(() => expect(wrong).toBeVisible());
  expect(screen.queryByRole("alert")).toBeNull();
  answer = () => problem(503, "ClusterUnreachable", "The cluster does not answer.");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "The cluster does not answer.Do something. Request r1",
  );
  expect(await nameField()).toHaveValue("fresh");
});

it("makes no second store of an order whose answer was lost", async () => {
  answer = () => {
    throw new TypeError("Failed to fetch");
  };
  const { created, client, router } = show();
  const name = ((await nameField()) as HTMLInputElement).value;
  const create = () => userEvent.click(screen.getByRole("button", { name: "Create" }));
  await create();
  expect(await screen.findByRole("alert")).toHaveTextContent("Check your connection, then try again.");
  // It was made, and this page learns of it.
  client.setQueryData(["stores", "list"], { stores: [aStore(name)], total: 1, complete: true });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await nameField()).toHaveValue(name);
  answer = () => Response.json(aStore(name), { status: 202 });
  await create();
  await waitFor(() => expect(router.state.location.pathname).toBe(`/stores/${name}`));
  const keys = () => created().map((call) => call.headers.get("Idempotency-Key"));
  expect(keys()[0]).toBe(keys()[1]);
});

it("takes another key for another order", async () => {
  answer = () => problem(503, "ClusterUnreachable", "The cluster does not answer.");
  const { created } = show();
  for (const name of ["first", "second"]) {
    await typeName(name);
    await userEvent.click(screen.getByRole("button", { name: "Create" }));
    await screen.findByRole("alert");
  }
  await waitFor(() => expect(created()).toHaveLength(2));
  expect(new Set(created().map((call) => call.headers.get("Idempotency-Key"))).size).toBe(2);
});

it("offers a member only the teams in which stores can be created", async () => {
  show({
    ...admin,
    role: "user",
    teams: [
      { team: "seen", role: "viewer" },
      { team: "blue", role: "member" },
    ],
  });
  await userEvent.click(await screen.findByRole("button", { name: "More options" }));
  expect(
    [...(screen.getByLabelText("Team") as HTMLSelectElement).options].map((option) => option.value),
  ).toEqual(["blue"]);
});
