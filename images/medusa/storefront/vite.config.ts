import { defineConfig } from "vitest/config";

// A store to develop against: STORE_URL=http://… npm start
const store = "http://127.0.0.1:9000";

export default defineConfig({
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    proxy: { "/store": store, "/config.json": store, "/static": store },
  },
  test: { include: ["src/**/*.test.ts"] },
});
