"use strict"
const { defineConfig } = require("@medusajs/framework/utils")
const path = require("node:path")
const { secret } = require("./server/secrets.js")
const { settings } = require("./server/settings.js")

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: settings.databaseUrl(),
    // Idle connections are given back: each costs memory in the database.
    databaseDriverOptions: { ssl: false, pool: { min: 0, max: settings.databasePool, idleTimeoutMillis: 20_000 } },
    http: {
      jwtSecret: secret("jwtSecret"),
      cookieSecret: secret("cookieSecret"),
      // Shop and administration are on one host; other origins get nothing.
      storeCors: "",
      adminCors: "",
      authCors: "",
    },
    sessionOptions: { resave: false, saveUninitialized: false },
    // Secure exactly where the browser came by https, as the proxy says.
    cookieOptions: { secure: "auto", sameSite: "lax" },
  },
  // nginx serves the built pages; Medusa only needs to know where they are.
  admin: { path: "/app", backendUrl: "/", disable: true, maxUploadFileSize: 10 * 1024 * 1024 },
  modules: [
    {
      resolve: "@medusajs/medusa/file",
      options: {
        providers: [
          { resolve: path.join(__dirname, "files"), id: "local", options: { upload_dir: settings.uploads, private_upload_dir: settings.uploads } },
        ],
      },
    },
  ],
})
