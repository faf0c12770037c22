import { openHome } from "./browser.js";

/** Collects the durations of interactions, from the press to the next paint, as INP is defined. */
async function observe(page) {
  await page.evaluate(() => {
    window.interactions = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries().filter(({ interactionId }) => interactionId)) {
        const { name, target, duration, startTime, processingStart, processingEnd } = entry;
        window.interactions.push({
          duration,
          what: `${name} on "${(target?.ariaLabel ?? target?.textContent ?? "").slice(0, 20)}"`,
          // The rest is drawing.
          waits: Math.round(processingStart - startTime),
          works: Math.round(processingEnd - processingStart),
        });
      }
    }).observe({ type: "event", durationThreshold: 16, buffered: false });
  });
}

/** What a person does most, each a few times; the longest duration of each (the browser rounds to 8 ms). */
export async function measureInteractions(page, url) {
  const result = {};
  async function measure(name, work) {
    await page.evaluate(() => {
      window.interactions.length = 0;
    });
    await work();
    await page.waitForTimeout(500);
    const all = await page.evaluate(() => window.interactions);
    result[name] = { count: all.length, longest: all.toSorted((a, b) => b.duration - a.duration)[0] ?? { duration: 0 } };
  }
  await openHome(page, url);
  await observe(page);
  const search = page.getByLabel("Search by name or title", { exact: true });
  await measure("type into the search of the list", async () => {
    await search.click();
    await search.pressSequentially("shop-0123", { delay: 120 });
    await page.waitForTimeout(300);
    for (let press = 0; press < 9; press += 1) await page.keyboard.press("Backspace", { delay: 60 });
  });
  await measure("sort the list", async () => {
    for (const column of ["Store", "Phase", "Store"]) {
      await page.getByRole("columnheader", { name: column }).getByRole("button").first().click();
      await page.waitForTimeout(300);
    }
  });
  await measure("open the palette and type", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search stores and actions" }).waitFor();
    await page.keyboard.type("shop-0042", { delay: 120 });
    await page.waitForTimeout(300);
    await page.keyboard.press("Escape");
  });
  await measure("open a store and go back", async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await page.getByRole("table", { name: "Stores" }).getByRole("link", { name: /^shop-/ }).nth(turn).click();
      await page.getByRole("tab", { name: "Overview" }).waitFor();
      await page.waitForTimeout(300);
      await page.getByRole("navigation").getByRole("link", { name: "Stores", exact: true }).click();
      await page.getByRole("table", { name: "Stores" }).waitFor();
      await page.waitForTimeout(300);
    }
  });
  await measure("change the tab of a store", async () => {
    await page.getByRole("table", { name: "Stores" }).getByRole("link", { name: /^shop-/ }).first().click();
    for (const tab of ["Events", "Metrics", "Settings", "Overview"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.waitForTimeout(300);
    }
  });
  return result;
}
