import assert from "node:assert/strict";
import { newPerson } from "./lib/browser.js";
import { assertNotReloaded, dashboard, logIn, markPage, must, removeStore, tabTo, watch } from "./lib/dashboard.js";

const ready = 120_000;

/** The whole life of a store with the mouse; two other pages see it live. */
export async function aStoreFromCreateToReceipt(browser) {
  const person = await newPerson(browser);
  const page = await person.newPage();
  const complaints = watch(page);
  await logIn(page);
  const other = await person.newPage();
  await other.goto(`${dashboard.url}/`);
  await other.getByRole("table", { name: "Stores" }).or(other.getByText("No stores yet")).first().waitFor();
  await markPage(other);

  // Two clicks.
  await page.getByRole("link", { name: "New store" }).first().click();
  await page.getByRole("list", { name: "Engines" }).getByRole("link").first().click();
  const name = await page.getByLabel("Name", { exact: true }).inputValue();
  await markPage(page);
  const begin = performance.now();
  await page.getByRole("button", { name: "Create" }).click();
  try {
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await page.getByText(/of \d+ steps/).first().waitFor();
    await other.getByRole("link", { name, exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Log in as admin" }).waitFor({ timeout: ready });
    const seconds = (performance.now() - begin) / 1000;
    await assertNotReloaded(page);
    await assertNotReloaded(other);

    await storefrontAndAdmin(person, page);
    await credentials(page);
    await order(page);
    await events(page, name);
    await logs(page);
    await metrics(page);
    await settings(page);
    await sleepAndWake(page);

    await page.getByRole("tab", { name: "Danger zone" }).click();
    await page.getByRole("button", { name: `Delete ${name}` }).click();
    const dialog = page.getByRole("dialog", { name: `Delete ${name}?` });
    await dialog.getByText("the shop").waitFor();
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name.slice(0, -1));
    assert.ok(await dialog.getByRole("button", { name: "Delete for ever" }).isDisabled(), "a part of the name is enough");
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await dialog.getByRole("button", { name: "Delete for ever" }).click();
    await page.getByRole("heading", { name: "Teardown", exact: true }).waitFor();
    await page.getByRole("heading", { name: "Teardown receipt" }).waitFor({ timeout: ready });
    await page.getByText(/objects removed in/).waitFor();
    await page.getByText("Namespace", { exact: true }).waitFor();
    await assertNotReloaded(page);
    // The list says it in the end, not before.
    await other.getByRole("table").getByRole("link", { name, exact: true }).waitFor({ state: "detached" });
    await assertNotReloaded(other);
    assert.deepEqual(complaints, [], "the page complains");
    return `ready on the page after ${seconds.toFixed(1)} s`;
  } finally {
    await removeStore(page, name);
  }
}

async function storefrontAndAdmin(person, page) {
  const storefront = await page.getByRole("link", { name: /^http/ }).first().getAttribute("href");
  const shop = await person.newPage();
  const answer = await shop.goto(storefront);
  assert.equal(answer?.status(), 200, `the storefront ${storefront} answers ${answer?.status()}`);
  await shop.close();
  const opened = person.waitForEvent("page");
  await page.getByRole("button", { name: "Log in as admin" }).click();
  const admin = await opened;
  await admin.waitForURL(/\/(wp-admin|app)/, { timeout: 30_000 });
  await admin.waitForLoadState();
  assert.doesNotMatch(admin.url(), /wp-login|\/login/, "the admin wants a login");
  await admin.close();
}

async function credentials(page) {
  assert.equal(await page.getByText("Password", { exact: true }).count(), 0, "credentials are shown unasked");
  await page.getByRole("button", { name: "Show the credentials" }).click();
  await page.getByText("Password", { exact: true }).waitFor();
  const shown = () => page.locator("dt", { hasText: "Password" }).locator("xpath=..").locator("code").innerText();
  const before = await shown();
  await page.getByRole("button", { name: "Make a new password" }).click();
  await page.locator("code", { hasText: before }).waitFor({ state: "detached", timeout: 30_000 });
  assert.notEqual(await shown(), before);
  await page.getByRole("button", { name: "Hide the credentials" }).click();
  await page.getByText("Password", { exact: true }).waitFor({ state: "detached" });
}

async function order(page) {
  await page.getByRole("button", { name: "Test an order" }).click();
  await page.getByText("The store sells").waitFor({ timeout: 60_000 });
}

async function events(page, name) {
  await page.getByRole("tab", { name: "Events" }).click();
  await page.getByText("PhaseChanged").first().waitFor();
  await page.getByLabel("Source").selectOption("kubernetes");
  await page.waitForURL(/source=kubernetes/);
  await page.getByText("PhaseChanged").first().waitFor({ state: "detached" });
  await page.getByLabel("Source").selectOption("");
  await page.getByLabel("Search the events").fill("phasechanged");
  await page.waitForURL(/q=phasechanged/);
  await page.getByText(/→ Ready/).first().waitFor();
  // What the address says survives a visit by link.
  const address = page.url();
  assert.match(address, new RegExp(`/stores/${name}\\?.*tab=events`));
}

async function logs(page) {
  await page.getByRole("tab", { name: "Logs" }).click();
  const log = page.getByRole("region", { name: "Log" });
  await log.waitFor();
  await page.getByText(/^Following/).waitFor();
  await page.getByLabel("Part", { exact: true }).selectOption("database");
  await page.waitForURL(/component=database/);
  await log.locator("[data-index]").first().waitFor();
  await page.getByLabel("Filter", { exact: true }).fill("no line has this text");
  await page.getByText("No line fits").waitFor();
  await page.getByLabel("Filter", { exact: true }).fill("");
  await log.locator("[data-index]").first().waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText(/^Paused/).waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  assert.match((await download).suggestedFilename(), /-database\.log$/);
}

async function metrics(page) {
  await page.getByRole("tab", { name: "Metrics" }).click();
  await page.getByText("Reserved of the plan’s quota").waitFor();
  await page.getByText("Storage", { exact: true }).waitFor();
}

async function settings(page) {
  await page.getByRole("tab", { name: "Settings" }).click();
  const save = page.getByRole("button", { name: "Save" });
  await save.waitFor();
  assert.ok(await save.isDisabled(), "there is something to save before anything was changed");
  await page.getByLabel("Title", { exact: true }).fill("A new title ✨");
  await save.click();
  await page.getByText("is brought to the new settings").waitFor();
  await page.getByRole("heading", { level: 1 }).locator("xpath=../..").getByText("A new title ✨").waitFor();
  await page.getByText("Ready", { exact: true }).first().waitFor({ timeout: ready });
  await page.getByLabel("Expires").fill("2199-12-24T18:30");
  await save.click();
  await page.getByRole("tab", { name: "Overview" }).click();
  await page.getByText(/^Expires in/).waitFor();
}

async function sleepAndWake(page) {
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Put to sleep" }).click();
  await page.getByText("Sleeping", { exact: true }).first().waitFor({ timeout: ready });
  await page.getByRole("tab", { name: "Overview" }).click();
  assert.equal(await page.getByRole("button", { name: "Test an order" }).count(), 0, "nothing answers while it sleeps");
  await page.getByRole("button", { name: "Wake" }).click();
  await page.getByRole("button", { name: "Test an order" }).waitFor();
  await page.getByText("Ready", { exact: true }).first().waitFor({ timeout: ready });
}

/** Create and delete without a mouse. */
export async function createAndDeleteWithTheKeyboardAlone(browser) {
  const person = await newPerson(browser);
  const page = await person.newPage();
  await logIn(page);
  await page.getByRole("heading", { name: "Stores", level: 1 }).waitFor();
  await page.keyboard.press("c");
  await page.getByRole("heading", { name: "New store", level: 1 }).waitFor();
  await tabTo(page, page.getByRole("list", { name: "Engines" }).getByRole("link"));
  await page.keyboard.press("Enter");
  await page.getByLabel("Name", { exact: true }).waitFor();
  const name = await page.getByLabel("Name", { exact: true }).inputValue();
  await tabTo(page, page.getByRole("button", { name: "Create" }));
  await page.keyboard.press("Enter");
  try {
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await page.getByRole("heading", { name: "Stores", level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search stores and actions" }).waitFor();
    await page.keyboard.type(name);
    await page.getByRole("option", { name: new RegExp(`^${name}`) }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await tabTo(page, page.getByRole("tab", { name: "Overview" }));
    for (const tab of ["Events", "Logs", "Metrics", "Settings", "Danger zone"]) {
      await page.keyboard.press("ArrowRight");
      await page.getByRole("tab", { name: tab, selected: true }).waitFor();
    }
    await tabTo(page, page.getByRole("button", { name: `Delete ${name}` }));
    await page.keyboard.press("Enter");
    await page.getByLabel(`Type ${name} to confirm`).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Teardown receipt" }).waitFor({ timeout: ready });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  } finally {
    await removeStore(page, name);
  }
}

/** A name that is taken is said while typing, and a store that another page deletes turns into its receipt. */
export async function namesAndOtherPages(browser) {
  const person = await newPerson(browser);
  const page = await person.newPage();
  await logIn(page);
  const { items: engines } = await must(page, "GET", "/api/v1/engines");
  const name = `other-${Date.now().toString(36)}`;
  await must(page, "POST", "/api/v1/stores", { name, engine: engines[0].name });
  try {
    await page.goto(`${dashboard.url}/new?engine=${engines[0].name}`);
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByText(/exists already/).waitFor();
    assert.ok(await page.getByRole("button", { name: "Create" }).isDisabled());
    await page.goto(`${dashboard.url}/stores/${name}`);
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await markPage(page);
    const other = await person.newPage();
    await other.goto(`${dashboard.url}/new`);
    await must(other, "DELETE", `/api/v1/stores/${name}`);
    await page.getByRole("heading", { name: "Teardown receipt" }).waitFor({ timeout: ready });
    await assertNotReloaded(page);
  } finally {
    await removeStore(page, name);
  }
}
