import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { newPerson, widths } from "./lib/browser.js";
import { dashboard, logIn, must, watch } from "./lib/dashboard.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every page, with what to do there first. */
function pages(store, engine) {
  const press = (role, name) => (page) => page.getByRole(role, { name }).first().click();
  return {
    home: { path: "/" },
    "home-nothing": { path: "/?q=no-store-has-this-name" },
    new: { path: "/new" },
    "new-form": { path: `/new?engine=${engine}`, first: press("button", "More options") },
    overview: { path: `/stores/${store}` },
    events: { path: `/stores/${store}?tab=events` },
    logs: { path: `/stores/${store}?tab=logs` },
    metrics: { path: `/stores/${store}?tab=metrics` },
    settings: { path: `/stores/${store}?tab=settings` },
    danger: { path: `/stores/${store}?tab=danger` },
    delete: { path: `/stores/${store}?tab=danger`, first: press("button", /^Delete/) },
    "no-store": { path: "/stores/there-is-none" },
    teams: { path: "/teams" },
    "new-team": { path: "/teams", first: press("button", "New team") },
    team: { path: "/teams/default" },
    "add-member": { path: "/teams/default", first: press("button", "Add somebody") },
    "no-team": { path: "/teams/there-is-none" },
    users: { path: "/users" },
    "edit-user": { path: "/users", first: press("button", /^Edit/) },
    audit: { path: "/audit" },
    "audit-nothing": { path: "/audit?actor=nobody-has-this-name" },
    engines: { path: "/engines" },
    platform: { path: "/platform" },
    tokens: { path: "/tokens" },
    "new-token": { path: "/tokens", first: press("button", "New token") },
    profile: { path: "/profile" },
    "no-page": { path: "/there/is/none" },
    palette: { path: "/", first: (page) => page.keyboard.press("Control+k") },
    account: { path: "/", first: openAccount },
    shortcuts: { path: "/", first: (page) => page.keyboard.press("?") },
  };
}

/** The menu below one's name; switching the colours there must work under the Content-Security-Policy, too. */
async function openAccount(page) {
  const menu = page.getByRole("button", { name: "Menu", exact: true });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("button", { name: /Platform admin/ }).last().click();
  await page.getByRole("menuitem", { name: "Log out" }).waitFor();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await page.getByRole("menuitemradio", { name: "System" }).click();
}

async function visit(page, { path, first }) {
  await page.goto(dashboard.url + path);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForTimeout(700);
  if (first) {
    await first(page);
    await page.waitForTimeout(400);
  }
}

/** What axe finds (WCAG 2.2 AA), what is wider than the screen, and what the page complains about. */
export async function everyPageLightAndDark(browser, { screenshots }) {
  // What is laid out for 1280 pixels has more room at 1920: worth a look, but not the time of every run.
  const sizes = Object.keys(widths).filter((width) => screenshots || width !== "desktop");
  const looks = ["light", "dark"].map(async (colorScheme) => {
    const findings = [];
    for (const width of sizes) findings.push(...(await lookAround(browser, { width, colorScheme, screenshots })));
    return findings;
  });
  const findings = (await Promise.all(looks)).flat();
  assert.deepEqual([...new Set(findings)], []);
  return `in ${sizes.join(" and ")}`;
}

async function lookAround(browser, { width, colorScheme, screenshots }) {
  const findings = [];
  const person = await newPerson(browser, { width, colorScheme });
  const page = await person.newPage();
  const complaints = watch(page);
  const where = `${width}-${colorScheme}`;
  await page.goto(dashboard.url);
  await page.getByLabel("User name").waitFor();
  await look(page, "login", where, findings, screenshots);
  await logIn(page);
  const { items: engines } = await must(page, "GET", "/api/v1/engines");
  const { items: stores } = await must(page, "GET", "/api/v1/stores?phase=Ready&pageSize=1");
  assert.ok(stores[0], "there is no ready store to look at: create one first");
  for (const [name, description] of Object.entries(pages(stores[0].name, engines[0].name))) {
    await visit(page, description);
    await look(page, name, where, findings, screenshots);
  }
  findings.push(...complaints.map((complaint) => `${where}: the page complains: ${complaint}`));
  await person.close();
  return findings;
}

async function look(page, name, where, findings, screenshots) {
  if (screenshots) await page.screenshot({ path: join(screenshots, `${name}-${where}.png`) });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 1) findings.push(`${name}-${where}: ${wide} px wider than the screen`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  for (const { id, nodes } of violations) {
    findings.push(`${name}-${where}: ${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
}
