import { createServer } from "node:net";
import { chromium } from "playwright-core";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A Chromium with a profile of its own that Lighthouse can join at the port. */
export async function launch(profile) {
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.STOREFLEET_CHROMIUM ?? "/usr/bin/chromium",
    viewport: { width: 1280, height: 800 },
    args: [
      `--remote-debugging-port=${port}`,
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
  return { context, port };
}

export async function logIn(page, url, password) {
  await page.goto(url);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await page.getByRole("table", { name: "Stores" }).waitFor();
}

/** Home with the whole list loaded. */
export async function openHome(page, url) {
  await page.goto(url);
  await page.getByRole("table", { name: "Stores" }).waitFor();
  await page.getByText(/^Loading: /).waitFor({ state: "detached", timeout: 60_000 });
  await page.waitForTimeout(1_000);
}
