// Opens every page of a Medusa store's storefront, light and dark, on a small and a large screen, and looks
// for barriers with axe. Places one order, since the confirmation is a page too.
// node pages.js --url URL [--screenshots DIR] [--resolve HOST:ADDRESS]…
// Prints one line of JSON, {"pages","violations":[…]}. Exit code 1: there are violations or a page failed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { newShopper, openBrowser, screens } from "./lib/browser.js";
import { confirmation, fillCheckout } from "./lib/medusa.js";
import { Steps } from "./lib/steps.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function examine(page, name, folder) {
  const found = [];
  for (const [screen, size] of Object.entries(screens)) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(axe);
      const { violations } = await page.evaluate((values) => window.axe.run({ runOnly: values }), rules);
      for (const { id, help, nodes } of violations) {
        found.push({
          page: name,
          screen,
          colorScheme,
          rule: id,
          help,
          elements: nodes.map((node) => node.html),
        });
      }
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wider > 0) {
        found.push({
          page: name,
          screen,
          colorScheme,
          rule: "no-overflow",
          help: `The page is ${wider} px too wide`,
        });
      }
      if (folder)
        await page.screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`), fullPage: true });
    }
  }
  return found;
}

async function run({ url, screenshots, resolve }) {
  const browser = await openBrowser(resolve);
  try {
    const steps = new Steps(await newShopper(browser, "desktop"));
    if (screenshots) new Steps(steps.page, screenshots);
    const violations = [];
    const look = (name, open) =>
      steps.run(name, async (page) => {
        await open(page);
        await page.waitForLoadState("networkidle");
        violations.push(...(await examine(page, name, screenshots)));
      });
    const go = (page, path) => page.goto(new URL(path, url).href);

    await look("products", async (page) => {
      await go(page, "/");
      await page.locator("ul.products a").first().waitFor();
    });
    await look("product", async (page) => {
      await page
        .locator("ul.products a")
        .filter({ hasNotText: /Sold out|Not for sale/ })
        .first()
        .click();
      await page.getByRole("button", { name: "Add to cart" }).waitFor();
    });
    const product = steps.page.url();
    await look("cart-empty", async (page) => {
      await go(page, "/cart");
      await page.getByRole("heading", { name: "Your cart is empty" }).waitFor();
    });
    await look("product-added", async (page) => {
      await page.goto(product);
      await page.getByRole("button", { name: "Add to cart" }).click();
      await page.getByText("Added to your cart").waitFor();
    });
    await look("cart", async (page) => {
      await page.getByRole("link", { name: "Go to the cart" }).click();
      await page.locator("li.line").first().waitFor();
    });
    await look("checkout", async (page) => {
      await page.getByRole("link", { name: "Go to checkout" }).click();
      await page.locator('input[name="shipping-option"]:checked').waitFor();
    });
    await look("checkout-problems", async (page) => {
      await page.getByRole("button", { name: "Place order" }).click();
      await page.getByRole("alert").first().waitFor();
    });
    await look("order", async (page) => {
      await fillCheckout(page);
      const total = (await page.locator("[data-total]").innerText()).trim();
      await page.getByRole("button", { name: "Place order" }).click();
      await confirmation(page, total);
    });
    await look("missing", async (page) => {
      await go(page, "/nothing/is/here");
      await page.getByRole("heading", { name: "Page not found" }).waitFor();
    });
    await look("missing-product", async (page) => {
      await go(page, "/products/nothing-is-here");
      await page.getByRole("heading", { name: "Product not found" }).waitFor();
    });
    await look("missing-order", async (page) => {
      await go(page, "/order/order_nothing");
      await page.getByRole("heading", { name: "Order not found" }).waitFor();
    });
    return { pages: steps.done.length, violations };
  } finally {
    await browser.close();
  }
}

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    screenshots: { type: "string" },
    resolve: { type: "string", multiple: true, default: [] },
  },
});
if (!URL.canParse(values.url ?? "")) {
  console.error("--url must be the address of the store.");
  process.exit(2);
}
try {
  const result = await run(values);
  console.log(JSON.stringify(result));
  if (result.violations.length > 0) {
    for (const { page, screen, colorScheme, rule, help } of result.violations) {
      console.error(`${page}, ${screen}, ${colorScheme}: ${help} (${rule}).`);
    }
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
