import assert from "node:assert/strict";
import { newPerson } from "./lib/browser.js";
import { call, dashboard, logIn } from "./lib/dashboard.js";

const newPassword = "a-password-for-tests-only";

/** Fills the dialog that is open and sends it. */
async function fill(page, fields, action) {
  const dialog = page.getByRole("dialog");
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label, { exact: false }).first().fill(value);
  await dialog.getByRole("button", { name: action, exact: true }).click();
}

/** What is shown once, and goes with its button. */
async function takeSecret(page, title) {
  const dialog = page.getByRole("dialog", { name: title });
  const secret = await dialog.locator("code").first().innerText();
  await dialog.getByRole("button", { name: "I have stored it" }).click();
  await dialog.waitFor({ state: "detached" });
  return secret;
}

async function typeToDelete(page, name) {
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole("button", { name: "Delete for ever" }).click();
}

/** A team, a user in it, what that user sees and may not, and the end of both: all by hand. */
export async function teamsAndUsersByHand(browser) {
  const admin = await (await newPerson(browser)).newPage();
  const name = `hand-${Date.now().toString(36)}`;
  await logIn(admin);
  try {
    await admin.goto(`${dashboard.url}/teams`);
    await admin.getByRole("button", { name: "New team" }).click();
    await fill(admin, { "What people call it": name, "Most stores": "3" }, "Create");
    await admin.getByRole("heading", { level: 1, name }).waitFor();
    await admin.getByText("0 of 3").waitFor();

    await admin.goto(`${dashboard.url}/users`);
    await admin.getByRole("button", { name: "New user" }).click();
    await fill(admin, { Name: name, "E-mail": "hand@example.com" }, "Create");
    const password = await takeSecret(admin, `Password of ${name}`);

    await admin.goto(`${dashboard.url}/teams/${name}`);
    await admin.getByRole("button", { name: "Add somebody" }).click();
    await admin.getByRole("dialog").getByLabel("Role").selectOption("viewer");
    await fill(admin, { "User name": name }, "Add");
    await admin.getByRole("button", { name: `Change ${name}` }).waitFor();

    const page = await (await newPerson(browser)).newPage();
    await logIn(page, name, password);
    await aViewerOfTheTeam(page, name);
    await page.goto(`${dashboard.url}/profile`);
    await page.getByLabel("Current password").fill(password);
    await page.getByLabel("New password", { exact: true }).fill(newPassword);
    await page.getByLabel("New password, once more").fill(newPassword);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Password changed").waitFor();
    assert.equal((await call(page, "GET", "/api/v1/me")).status, 200, "the person was logged out");

    await admin.goto(`${dashboard.url}/users?q=${name}`);
    await admin.getByRole("button", { name: `Edit ${name}` }).click();
    await admin.getByRole("button", { name: "Delete the user" }).click();
    await typeToDelete(admin, name);
    await admin.getByText("No user fits").waitFor();
    await admin.goto(`${dashboard.url}/teams/${name}`);
    await admin.getByText("Nobody is in this team").waitFor();
    await admin.getByRole("button", { name: `Delete ${name}` }).click();
    await typeToDelete(admin, name);
    await admin.waitForURL(`${dashboard.url}/teams`);

    await admin.goto(`${dashboard.url}/audit?action=team.delete`);
    await admin.getByRole("row", { name: `deleted the team ${name}` }).first().waitFor();
  } finally {
    await call(admin, "DELETE", `/api/v1/users/${name}`);
    await call(admin, "DELETE", `/api/v1/teams/${name}`);
  }
}

async function aViewerOfTheTeam(page, team) {
  await page.goto(`${dashboard.url}/teams/${team}`);
  await page.getByRole("table", { name: `Members of ${team}` }).waitFor();
  for (const control of [/change/i, /add/i, /delete/i, /new/i]) {
    assert.equal(await page.getByRole("main").getByRole("button", { name: control }).count(), 0, `a viewer sees ${control}`);
  }
  assert.deepEqual(await page.getByRole("navigation", { name: "Main" }).getByRole("link").allInnerTexts(), [
    "Stores",
    "Teams",
    "Engines and plans",
  ]);
  for (const [path, who] of [["users", /^Admins of the platform/], ["audit", /^Owners of a team/], ["platform", /^Admins of the platform/]]) {
    await page.goto(`${dashboard.url}/${path}`);
    await page.getByText("You may not see this page").waitFor();
    await page.getByText(who).waitFor();
  }
}

export async function aTokenWorksUntilItIsRevoked(browser) {
  const page = await (await newPerson(browser)).newPage();
  await logIn(page);
  await page.goto(`${dashboard.url}/tokens`);
  const name = `browser ${Date.now().toString(36)} 🔑`;
  await page.getByRole("button", { name: "New token" }).first().click();
  await page.getByRole("dialog").getByLabel("Scope").selectOption("read");
  await fill(page, { Name: name }, "Create");
  const token = await takeSecret(page, `Token ${name}`);
  // The browser of somebody else finds the host where Node.js may not.
  const stranger = await (await newPerson(browser)).newPage();
  await stranger.goto(dashboard.url);
  const ask = () =>
    stranger.evaluate(async (token) => {
      const answer = await fetch("/api/v1/me", { headers: { Authorization: `Bearer ${token}` } });
      return { status: answer.status, scope: (await answer.json()).scope };
    }, token);
  assert.deepEqual(await ask(), { status: 200, scope: "read" });
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: `Revoke ${name}` }).waitFor({ state: "detached" });
  assert.equal((await ask()).status, 401);
}
