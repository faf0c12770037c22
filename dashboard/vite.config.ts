import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// A platform to develop against: STOREFLEET_URL=http://storefleet.localhost npm run dev
const platform = process.env.STOREFLEET_URL ?? "http://storefleet.localhost";
// The platform answers changes only from pages of its own origin.
const proxy = Object.fromEntries(
  ["/api", "/version", "/readyz", "/docs", "/openapi.json"].map((path) => [
    path,
    { target: platform, changeOrigin: true, headers: { origin: new URL(platform).origin } },
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
    restoreMocks: true,
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
