/** Makes Medusa's tables in an empty database. */
"use strict"
const path = require("node:path")
const fromProject = require("node:module").createRequire(path.join(process.env.STORE_PROJECT, "medusa-config.js"))
const { default: migrate } = fromProject("@medusajs/medusa/commands/db/migrate")

migrate({ directory: process.env.STORE_PROJECT, skipLinks: false, skipScripts: false, executeAllLinks: true, executeSafeLinks: true })
