import assert from "node:assert/strict";
import { newPerson } from "./lib/browser.js";
import { call, dashboard, fillLogin, logIn, must } from "./lib/dashboard.js";

const password = "a-password-for-tests-only";

/** A user who may only look, in the team of the first store. */
async function withViewer(page, work) {
  const { items: stores } = await must(page, "GET", "/api/v1/stores?pageSize=1");
  const team = stores[0]?.team ?? "default";
  const name = `viewer-${Date.now().toString(36)}`;
  await must(page, "POST", "/api/v1/users", { name, password });
  try {
    await must(page, "PUT", `/api/v1/teams/${team}/members/${name}`, { role: "viewer" });
    await work(name, stores[0]);
  } finally {
    await call(page, "DELETE", `/api/v1/users/${name}`);
  }
}

export async function aWrongPassword(browser) {
  const page = await (await newPerson(browser)).newPage();
  await page.goto(`${dashboard.url}/stores/deep?tab=events`);
  await page.getByLabel("User name").fill(`nobody-${Date.now().toString(36)}`);
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("Name or password is wrong").waitFor();
  // After the login one is where one wanted to be.
  await fillLogin(page);
  await page.getByText("There is no such store").waitFor();
  assert.match(page.url(), /\/stores\/deep\?tab=events$/);
}

export async function aViewerSeesNoControls(browser) {
  const admin = await (await newPerson(browser)).newPage();
  await logIn(admin);
  await withViewer(admin, async (name, store) => {
    assert.ok(store, "there is no store for the viewer to look at: create one first");
    const page = await (await newPerson(browser)).newPage();
    await logIn(page, name, password);
    await page.getByRole("table", { name: "Stores" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "New store" }).count(), 0);
    await page.goto(`${dashboard.url}/new`);
    await page.getByText(/needs the role member/).waitFor();
    await page.goto(`${dashboard.url}/stores/${store.name}?tab=danger`);
    await page.getByRole("tab", { name: "Overview", selected: true }).waitFor();
    assert.deepEqual(await page.getByRole("tab").allInnerTexts(), ["Overview", "Events", "Logs", "Metrics"]);
    await page.getByText(/How it was made|Last change/).waitFor();
    for (const control of [/log in as admin/i, /credentials/i, /test an order/i, /try again/i, /delete/i, /save/i]) {
      assert.equal(await page.getByRole("button", { name: control }).count(), 0, `a viewer sees ${control}`);
    }
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search stores and actions" }).waitFor();
    assert.equal(await page.getByRole("option", { name: /create/i }).count(), 0);
    // The server says no as well.
    const { status } = await call(page, "DELETE", `/api/v1/stores/${store.name}`);
    assert.equal(status, 403);
  });
}

/** A session that ends while something is being typed. */
export async function anEndedSessionLosesNothing(browser) {
  const person = await newPerson(browser);
  const page = await person.newPage();
  await logIn(page);
  const { items: engines } = await must(page, "GET", "/api/v1/engines");
  await page.goto(`${dashboard.url}/new?engine=${engines[0].name}`);
  await page.getByRole("button", { name: "More options" }).click();
  await page.getByLabel("Title", { exact: true }).fill("Typed before the session ended");
  await person.clearCookies();
  await page.getByLabel("Name", { exact: true }).fill("typed-name");
  await page.getByRole("dialog", { name: "Log in again" }).waitFor();
  await page.getByText("What you were doing is still here").waitFor();
  await fillLogin(page);
  await page.getByRole("dialog", { name: "Log in again" }).waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Title", { exact: true }).inputValue(), "Typed before the session ended");
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "typed-name");
}
