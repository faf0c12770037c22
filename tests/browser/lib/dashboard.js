import assert from "node:assert/strict";

export const dashboard = { url: "", admin: process.env.STOREFLEET_ADMIN ?? "admin", password: process.env.STOREFLEET_ADMIN_PASSWORD };

/** What the page complained about: errors of scripts, breaches of its Content-Security-Policy, foreign origins. */
export function watch(page) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // The browser itself writes a line for every refused request; these are the tests' matter.
    if (message.type() === "error" && !/^Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith("http") && asked.origin !== new URL(dashboard.url).origin) {
      complaints.push(`asks ${asked.origin}`);
    }
  });
  return complaints;
}

/** Fills the login that is shown and sends it. */
export async function fillLogin(page, name = dashboard.admin, password = dashboard.password) {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

export async function logIn(page, name = dashboard.admin, password = dashboard.password, path = "/") {
  await page.goto(dashboard.url + path);
  await fillLogin(page, name, password);
  await page.getByRole("navigation", { name: "Main" }).or(page.getByRole("button", { name: "Menu" })).first().waitFor();
}

/** A request to the API with the page's own session; the status and the body. */
export async function call(page, method, path, body) {
  return page.evaluate(
    async ([method, path, body]) => {
      const me = await (await fetch("/api/v1/me")).json();
      const response = await fetch(path, {
        method,
        headers: { "Content-Type": "application/json", "X-CSRF-Token": me.csrfToken ?? "" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : undefined };
    },
    [method, path, body],
  );
}

/** The same; anything but success ends the test. */
export async function must(page, method, path, body) {
  const answer = await call(page, method, path, body);
  assert.ok(answer.status < 300, `${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Presses Tab until the element has the focus, as a person without a mouse does. */
export async function tabTo(page, locator, most = 80) {
  const target = locator.first();
  await target.waitFor();
  for (let press = 0; press < most; press += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${locator}`);
}

/** Marks the page, so that a reload would show. */
export async function markPage(page) {
  await page.evaluate(() => {
    window.notReloaded = true;
  });
}

export async function assertNotReloaded(page) {
  assert.equal(await page.evaluate(() => window.notReloaded), true, "the page was loaded again");
}

/** Removes a store, whatever state it is in; waits until it is gone. */
export async function removeStore(page, name) {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const { status } = await call(page, "DELETE", `/api/v1/stores/${name}`);
    if (status === 404) return;
    await page.waitForTimeout(500);
  }
  throw new Error(`the store ${name} does not go`);
}
