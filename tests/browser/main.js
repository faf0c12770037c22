// node main.js [--screenshots DIR] [--only WORD] [--url URL]; see run.
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "./lib/browser.js";
import { dashboard } from "./lib/dashboard.js";
import * as access from "./access.js";
import * as administration from "./administration.js";
import * as failure from "./failure.js";
import * as life from "./life.js";
import * as looks from "./looks.js";
import * as planted from "./planted.js";
import * as trouble from "./trouble.js";

const { values } = parseArgs({
  options: { screenshots: { type: "string" }, only: { type: "string" }, url: { type: "string" } },
});
dashboard.url = (values.url ?? process.env.STOREFLEET_URL ?? "").replace(/\/$/, "");
if (!URL.canParse(dashboard.url) || !dashboard.password) {
  console.error("STOREFLEET_URL must be the address of the platform, STOREFLEET_ADMIN_PASSWORD its admin's password.");
  process.exit(2);
}
if (values.screenshots) mkdirSync(values.screenshots, { recursive: true });

const tests = [life, failure, trouble, access, administration, planted, looks].flatMap((module) => Object.entries(module));
const browser = await openBrowser();
let failed = 0;
for (const [name, test] of tests) {
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  if (values.only && !words.includes(values.only)) continue;
  const begin = performance.now();
  const before = browser.contexts().length;
  try {
    const note = await test(browser, { screenshots: values.screenshots });
    console.log(`ok    ${words} (${((performance.now() - begin) / 1000).toFixed(1)} s)${note ? `: ${note}` : ""}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${words}\n      ${String(error?.message ?? error).replaceAll("\n", "\n      ")}`);
    for (const [index, page] of browser.contexts().slice(before).flatMap((context) => context.pages()).entries()) {
      const path = join(values.screenshots ?? tmpdir(), `failed-${name}-${index}.png`);
      if (await page.screenshot({ path }).then(() => true, () => false)) console.log(`      ${path} (${page.url().split("?")[0]})`);
    }
  }
  await Promise.all(browser.contexts().map((context) => context.close()));
}
await browser.close();
console.log(failed === 0 ? "all passed" : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
