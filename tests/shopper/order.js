// A shopper orders in a store, then the merchant sees that order in the admin pages.
// node order.js --engine medusa|woocommerce --url URL [--login-url URL | --admin-user USER
//   --admin-password-stdin] [--screen mobile|desktop] [--screenshots DIR] [--resolve HOST:ADDRESS]…
// Prints one line of JSON, {"order","total","steps":[{"name","seconds"}]}. Exit code 1: a step failed, 2: usage.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { newShopper, openBrowser, screens } from "./lib/browser.js";
import * as medusa from "./lib/medusa.js";
import { Steps } from "./lib/steps.js";
import * as woocommerce from "./lib/woocommerce.js";

const engines = { medusa, woocommerce };

function readArguments() {
  const { values } = parseArgs({
    options: {
      engine: { type: "string" },
      url: { type: "string" },
      "login-url": { type: "string" },
      "admin-user": { type: "string" },
      "admin-password-stdin": { type: "boolean", default: false },
      screen: { type: "string", default: "desktop" },
      screenshots: { type: "string" },
      resolve: { type: "string", multiple: true, default: [] },
    },
  });
  if (!Object.hasOwn(engines, values.engine ?? ""))
    throw new Error("--engine must be medusa or woocommerce.");
  if (!URL.canParse(values.url ?? "")) throw new Error("--url must be the address of the store.");
  if (!Object.hasOwn(screens, values.screen)) throw new Error("--screen must be mobile or desktop.");
  return values;
}

async function run(settings) {
  const engine = engines[settings.engine];
  const browser = await openBrowser(settings.resolve);
  try {
    const steps = new Steps(await newShopper(browser, settings.screen), settings.screenshots);
    const placed = await engine.order(steps, settings.url);
    // The merchant is another person on another machine.
    steps.page = await newShopper(browser, "desktop");
    if (settings["login-url"]) {
      await engine.openLoginLink(steps, settings["login-url"]);
      await engine.seeInAdmin(steps, { ...placed, url: settings.url });
    } else if (settings["admin-user"]) {
      const password = settings["admin-password-stdin"] ? readFileSync(0, "utf8").replace(/\r?\n$/, "") : "";
      await engine.logIn(steps, { url: settings.url, user: settings["admin-user"], password });
      await engine.seeInAdmin(steps, { ...placed, url: settings.url });
    }
    return { ...placed, steps: steps.done };
  } finally {
    await browser.close();
  }
}

let settings;
try {
  settings = readArguments();
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
try {
  console.log(JSON.stringify(await run(settings)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
