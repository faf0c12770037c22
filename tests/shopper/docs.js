// Opens Swagger UI of a platform, logs in with a token, reloads, and calls GET /api/v1/me from there.
// node docs.js --url URL --token TOKEN-FILE [--user FILE] [--screenshot FILE] [--resolve HOST:ADDRESS]…
// With a file {"name","password"} of an admin it also logs in by password there and makes two teams, docs-one and
// docs-two, as a session.
// Prints one line of JSON, {"operations","me"}. Exit code 1: it did not work, or the page asked another origin
// or broke its own Content-Security-Policy.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { newShopper, openBrowser } from "./lib/browser.js";

// Logs in on the page itself, without a token, and has the server check two stores: each change needs the session's
// proof, and nothing prefilled may turn the second into a repeat of the first.
async function changesBySession(page, url, { name, password }) {
  const execute = async (operation, body) => {
    const block = page.locator(`#operations-${operation}`);
    if (!(await block.locator(".execute").count())) await block.locator(".opblock-summary-control").click();
    await block.locator("textarea.body-param__text").fill(JSON.stringify(body));
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    await block.locator(".execute").click();
    return (await answered).status();
  };
  await page.evaluate(() => localStorage.clear());
  await page.goto(new URL("/docs", url).href);
  await page.locator(".opblock").first().waitFor();
  const login = await execute("accounts-logIn", { name, password });
  if (login !== 200) throw new Error(`POST /api/v1/auth/login answered ${login}`);
  for (const store of ["docs-one", "docs-two"]) {
    const team = await execute("teams-createTeam", { name: store });
    if (team !== 201) throw new Error(`POST /api/v1/teams answered ${team}`);
  }
  const again = await execute("teams-createTeam", { name: "docs-two" });
  if (again !== 409) throw new Error(`the same team again answered ${again}`);
}

async function run({ url, token, screenshot, resolve, user }) {
  const browser = await openBrowser(resolve);
  try {
    const page = await newShopper(browser, "desktop");
    const origin = new URL(url).origin;
    const complaints = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      const asked = new URL(request.url());
      if (asked.protocol.startsWith("http") && asked.origin !== origin) complaints.push(`asks ${asked.href}`);
    });

    await page.goto(new URL("/docs", url).href);
    await page.locator(".opblock").first().waitFor();
    const operations = await page.locator(".opblock").count();
    await page.locator(".btn.authorize").first().click();
    await page.locator(".modal-ux input").first().fill(readFileSync(token, "utf8").trim());
    await page.locator(".modal-ux .btn.authorize[type=submit]").first().click();
    await page.locator(".modal-ux .btn-done").first().click();
    await page.reload();
    const me = page.locator("#operations-platform-getMe");
    await me.locator(".opblock-summary-control").click();
    await me.locator(".execute").click();
    const answer = me.locator(".live-responses-table tbody tr");
    await answer.first().waitFor();
    const status = (await answer.first().locator(".response-col_status").innerText()).trim();
    const body = await answer.first().locator("pre").first().innerText();
    if (screenshot) await page.screenshot({ path: screenshot });
    if (!status.startsWith("200")) throw new Error(`GET /api/v1/me answered ${status}: ${body}`);
    if (user) await changesBySession(page, url, user);
    if (complaints.length > 0) throw new Error(`the page complains: ${complaints.join("; ")}`);
    return { operations, me: JSON.parse(body) };
  } finally {
    await browser.close();
  }
}

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    token: { type: "string" },
    screenshot: { type: "string" },
    resolve: { type: "string", multiple: true, default: [] },
    user: { type: "string" },
  },
});
if (!URL.canParse(values.url ?? "") || !values.token) {
  console.error("--url must be the address of the platform, --token a file with a token.");
  process.exit(2);
}
try {
  const user = values.user ? JSON.parse(readFileSync(values.user, "utf8")) : undefined;
  console.log(JSON.stringify(await run({ ...values, user })));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
