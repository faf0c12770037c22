import { chromium } from "playwright-core";

export const widths = { phone: [390, 844], laptop: [1280, 800], desktop: [1920, 1080] };

export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.STOREFLEET_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Chromium's own sandbox needs a user other than root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

/** A browser of its own for a person: no cookies, nothing stored. */
export async function newPerson(browser, { width = "laptop", colorScheme = "light" } = {}) {
  const [w, h] = widths[width];
  const context = await browser.newContext({
    viewport: { width: w, height: h },
    isMobile: width === "phone",
    hasTouch: width === "phone",
    colorScheme,
    locale: "en-US",
    ignoreHTTPSErrors: true,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  return context;
}
