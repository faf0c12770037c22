import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// A platform to develop against: STOREFLEET_URL=http://storefleet.localhost npm run dev
const platform = new URL(process.env.STOREFLEET_URL ?? "http://storefleet.localhost");
// Browsers send names below .localhost to this machine; Node.js asks a name server, which does not know them.
const target = new URL(platform);
if (target.hostname.endsWith(".localhost")) target.hostname = "127.0.0.1";
// The platform answers changes only from pages of its own origin.
const headers = { host: platform.host, origin: platform.origin };
const proxy = Object.fromEntries(
  ["/api", "/version", "/readyz", "/docs", "/openapi.json"].map((path) => [
    path,
    { target: target.origin, headers },
  ]),
);

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    target: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
  },
  server: { proxy },
  preview: { proxy },
  test: {
    // A machine that builds beside it is slow, not wrong.
    testTimeout: 20_000,
    restoreMocks: true,
    // All but one of the processors is too few where there are two.
    maxWorkers: "100%",
    projects: [
      // What draws nothing needs no pretended browser, which takes seconds to load.
      { extends: true, test: { name: "logic", include: ["src/**/*.test.ts"], environment: "node" } },
      {
        extends: true,
        test: {
          name: "components",
          include: ["src/**/*.test.tsx"],
          environment: "jsdom",
          setupFiles: ["src/test-setup.ts"],
        },
      },
    ],
  },
});
