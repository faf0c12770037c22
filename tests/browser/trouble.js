import assert from "node:assert/strict";
import { newPerson } from "./lib/browser.js";
import { assertNotReloaded, call, dashboard, fillLogin, logIn, markPage, must, removeStore } from "./lib/dashboard.js";
import { openRelay } from "./lib/relay.js";

/** A person behind a wire that can go bad, and the same person's page on a good one. */
async function behindARelay(browser, work) {
  const relay = await openRelay(dashboard.url);
  try {
    const person = await newPerson(browser);
    const direct = await person.newPage();
    await logIn(direct);
    const page = await person.newPage();
    await page.goto(relay.url);
    await page.getByRole("table", { name: "Stores" }).waitFor();
    await work({ page, direct, relay });
  } finally {
    relay.close();
  }
}

/** What happened while the stream was lost is there when it is back, without a reload. */
export async function aLostStreamSaysSoAndCatchesUp(browser) {
  await behindARelay(browser, async ({ page, direct, relay }) => {
    const { items: engines } = await must(direct, "GET", "/api/v1/engines");
    const name = `unseen-${Date.now().toString(36)}`;
    await markPage(page);
    relay.cut();
    const banner = page.getByText("Reconnecting to the server");
    await banner.waitFor({ timeout: 20_000 });
    try {
      await must(direct, "POST", "/api/v1/stores", { name, engine: engines[0].name });
      assert.equal(await page.getByRole("link", { name, exact: true }).count(), 0, "the relay is not cut");
      relay.mend();
      await page.getByRole("link", { name, exact: true }).first().waitFor({ timeout: 30_000 });
      await banner.waitFor({ state: "detached" });
      await assertNotReloaded(page);
    } finally {
      await removeStore(direct, name);
    }
    await page.getByRole("table").getByRole("link", { name, exact: true }).waitFor({ state: "detached" });
  });
}

/** A server that is away: the page says what to do, keeps what was typed, and the remedy works. */
export async function aBrokenServerLosesNothing(browser) {
  await behindARelay(browser, async ({ page, direct, relay }) => {
    const { items: engines } = await must(direct, "GET", "/api/v1/engines");
    const name = `patient-${Date.now().toString(36)}`;
    await page.goto(`${relay.url}/audit`);
    await page.getByRole("table").waitFor();
    relay.breakServer();
    await page.getByLabel("What was done").selectOption({ index: 1 });
    const error = page.getByRole("alert").filter({ hasText: "The audit log could not be loaded" });
    await error.getByText("The server answered 502.").waitFor();
    await error.getByText("Try again in a few seconds.").waitFor();
    relay.mend();
    await error.getByRole("button", { name: "Try again" }).click();
    await error.waitFor({ state: "detached" });

    await page.goto(`${relay.url}/new?engine=${engines[0].name}`);
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByText(`${name}.`).first().waitFor();
    await page.waitForTimeout(1_000);
    relay.breakServer();
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("alert").filter({ hasText: "The server answered 502." }).waitFor();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), name);
    assert.equal((await call(direct, "GET", `/api/v1/stores/${name}`)).status, 404);
    relay.mend();
    try {
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
    } finally {
      await removeStore(direct, name);
    }
  });
}

/** Where answers take seconds, the place of what is coming is shown at once, and it comes. */
export async function aSlowNetworkShowsWhatIsComing(browser) {
  await behindARelay(browser, async ({ page, relay }) => {
    relay.slow(1_500);
    await page.goto(relay.url, { waitUntil: "commit" });
    await page.getByText("Loading the stores").waitFor({ state: "attached", timeout: 30_000 });
    await page.getByRole("table", { name: "Stores" }).waitFor({ timeout: 30_000 });
    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("status", { name: "Loading the page" }).or(page.getByText("Loading the audit log")).first().waitFor({ state: "attached" });
    await page.getByRole("heading", { name: "Audit log", level: 1 }).waitFor({ timeout: 30_000 });
    await page.getByRole("table").waitFor({ timeout: 30_000 });
  });
}

/** A server that is away when the page is opened: it says so, and goes on by itself when the server is back. */
export async function aServerThatComesBack(browser) {
  const relay = await openRelay(dashboard.url);
  try {
    const page = await (await newPerson(browser)).newPage();
    await page.goto(relay.url);
    await page.getByLabel("User name").waitFor();
    relay.breakServer();
    await fillLogin(page);
    await page.getByRole("alert").filter({ hasText: "The server answered 502." }).waitFor();
    relay.mend();
    await fillLogin(page);
    await page.getByRole("table", { name: "Stores" }).waitFor();
  } finally {
    relay.close();
  }
}
