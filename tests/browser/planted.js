// A store's page and the platform's on sibling hosts of one parent domain, over plain http, as on a laptop: what can
// the store's page do to the session? Needs no store: a small server of this test answers as one.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { newPerson } from "./lib/browser.js";
import { dashboard, logIn } from "./lib/dashboard.js";

/** A page on demo.<host of the platform> that sets cookies for the domain above it, as a merchant's script could. */
async function storePage(person, script) {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><title>shop</title><script>${script}</script>`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const page = await person.newPage();
    const parent = new URL(dashboard.url).hostname;
    // Every name below localhost is this machine to a browser.
    await page.goto(`http://demo.${parent}:${server.address().port}/`);
    const seen = await page.evaluate(() => document.cookie);
    await page.close();
    return seen;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const names = ["storefleet", "storefleet-device", "__Host-storefleet"];
const plant = (value) => {
  const host = JSON.stringify(new URL(dashboard.url).hostname);
  return `for (const name of ${JSON.stringify(names)}) for (const path of ["/", "/api", "/api/v1/"])
    document.cookie = name + "=${value}; Domain=" + ${host} + "; Path=" + path + "; Max-Age=3600"
      + (name.startsWith("__Host-") ? "; Secure" : "");`;
};

const me = (page) => page.evaluate(async () => {
  const response = await fetch("/api/v1/me");
  return { status: response.status, name: response.ok ? (await response.json()).name : undefined };
});

/** A session that a store's page has fixed before the login is neither used nor does it keep one from logging in. */
export async function aPlantedSessionIsNeverUsed(browser) {
  const host = new URL(dashboard.url).hostname;
  if (!host.endsWith(".localhost")) return `skipped: the platform is at ${host}, where stores share no domain with it`;
  // The merchant's own, valid session: the best that he can plant.
  const merchant = await newPerson(browser);
  await logIn(await merchant.newPage());
  const own = (await merchant.cookies(dashboard.url)).find(({ name }) => name.endsWith("storefleet"));
  assert.ok(own, "the merchant has a session");
  assert.equal(own.name, "__Host-storefleet", "Chromium binds the cookie to the host, also without TLS");

  const victim = await newPerson(browser);
  const seen = await storePage(victim, plant(own.value));
  assert.match(seen, /storefleet=/, "the page could set no cookie at all: this proves nothing");
  assert.doesNotMatch(seen, /__Host-/, "no page can set that one for another host");
  const page = await victim.newPage();
  await page.goto(dashboard.url);
  assert.equal((await me(page)).status, 401, "nobody is logged in with a planted session");

  await logIn(page);
  assert.deepEqual(await me(page), { status: 200, name: "admin" });
  const mine = (await victim.cookies(dashboard.url)).find(({ name }) => name === "__Host-storefleet");
  assert.ok(mine && mine.value !== own.value, "the login began a session of its own");

  // Planted again, beside the genuine one: nothing changes.
  await storePage(victim, plant(own.value));
  await page.reload();
  assert.deepEqual(await me(page), { status: 200, name: "admin" });
  const after = (await victim.cookies(dashboard.url)).find(({ name }) => name === "__Host-storefleet");
  assert.equal(after?.value, mine.value);
}

/** Nor can it log a visitor in, or act for one who is. */
export async function aStoresPageCannotPostALogin(browser) {
  const host = new URL(dashboard.url).hostname;
  if (!host.endsWith(".localhost")) return `skipped: the platform is at ${host}, where stores share no domain with it`;
  const person = await newPerson(browser);
  const body = JSON.stringify({ name: "admin", password: dashboard.password });
  await storePage(person, `fetch(${JSON.stringify(`${dashboard.url}/api/v1/auth/login`)},
    { method: "POST", mode: "no-cors", credentials: "include", body: ${JSON.stringify(body)} });`);
  const page = await person.newPage();
  await page.goto(dashboard.url);
  assert.equal((await me(page)).status, 401);
}
