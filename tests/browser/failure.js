import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { newPerson } from "./lib/browser.js";
import { assertNotReloaded, dashboard, logIn, markPage, must, removeStore } from "./lib/dashboard.js";

/** A Store as a person with kubectl makes one, past the API and what it refuses at once. */
function applyStore(name, spec) {
  const store = { apiVersion: "storefleet.dev/v1alpha1", kind: "Store", metadata: { name }, spec };
  execFileSync("kubectl", ["apply", "-f", "-"], { input: JSON.stringify(store), stdio: ["pipe", "pipe", "pipe"] });
}

/**
 * A store that wants another store's host name: the form says so at once; of one that kubectl made the page says why,
 * leads to the remedy, and the remedy works.
 */
export async function aStoreThatFailsAndIsMended(browser) {
  const person = await newPerson(browser);
  const page = await person.newPage();
  await logIn(page);
  const { items: engines } = await must(page, "GET", "/api/v1/engines");
  const suffix = Date.now().toString(36);
  const [owner, loser, host] = [`owner-${suffix}`, `loser-${suffix}`, `shop-${suffix}.example.test`];
  try {
    await must(page, "POST", "/api/v1/stores", { name: owner, engine: engines[0].name, hosts: [host] });
    await page.goto(`${dashboard.url}/stores/${owner}`);
    await page.getByRole("button", { name: "Log in as admin" }).waitFor({ timeout: 120_000 });

    await page.getByRole("link", { name: "New store" }).first().click();
    await page.getByRole("list", { name: "Engines" }).getByRole("link").first().click();
    await page.getByLabel("Name", { exact: true }).fill(loser);
    await page.getByRole("button", { name: "More options" }).click();
    await page.getByLabel("Further host names").fill(host);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText(`'${host}' cannot be a domain of a store: it belongs to store '${owner}'.`).waitFor();

    applyStore(loser, { engine: engines[0].name, hosts: [host] });
    await page.goto(`${dashboard.url}/stores/${loser}`);
    const alert = page.getByRole("alert").filter({ hasText: "HostConflict" });
    await alert.waitFor({ timeout: 60_000 });
    await alert.getByText("One of this store's addresses is not its to have.").waitFor();
    await alert.getByText("Claim the address").waitFor();
    assert.match(await alert.locator("pre").innerText(), new RegExp(host.replaceAll(".", "\\.")));
    await alert.getByText("Look further with kubectl").click();
    await alert.getByText(`kubectl describe store ${loser}`).waitFor();

    await page.getByRole("navigation").getByRole("link", { name: "Stores", exact: true }).click();
    await page.getByText(/needs? attention/).waitFor();
    await page.getByRole("listitem").getByRole("link", { name: loser, exact: true }).first().click();

    await markPage(page);
    await alert.getByRole("link", { name: "Change the host names" }).click();
    await page.getByLabel("Further host names").fill("");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("tab", { name: "Overview" }).click();
    await page.getByRole("button", { name: "Log in as admin" }).waitFor({ timeout: 120_000 });
    assert.equal(await page.getByRole("alert").filter({ hasText: "HostConflict" }).count(), 0);
    await assertNotReloaded(page);
  } finally {
    await removeStore(page, loser);
    await removeStore(page, owner);
  }
}
