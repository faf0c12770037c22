import { chromium } from "playwright-core";

export const screens = {
  mobile: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};

/** Opens a headless Chromium; each of `resolve` is HOST:ADDRESS, for hosts that no name server knows. */
export async function openBrowser(resolve = []) {
  const rules = resolve.map((rule) => {
    const [, host, address] = /^([^:]+):(.+)$/.exec(rule) ?? [];
    if (!host) throw new Error(`--resolve ${rule} is not HOST:ADDRESS.`);
    return `MAP ${host} ${address}`;
  });
  return chromium.launch({
    executablePath: process.env.STOREFLEET_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--disable-dev-shm-usage",
      // Chromium's own sandbox needs a user other than root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ...(rules.length > 0 ? [`--host-resolver-rules=${rules.join(",")}`] : []),
    ],
  });
}

/** A new shopper: no cookies, nothing stored. Certificates of local stores are their own. */
export async function newShopper(browser, screen, settings = {}) {
  const context = await browser.newContext({
    viewport: screens[screen],
    isMobile: screen === "mobile",
    hasTouch: screen === "mobile",
    locale: "en-US",
    ignoreHTTPSErrors: true,
    reducedMotion: "reduce",
    ...settings,
  });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}
