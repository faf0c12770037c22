/** Brings the tables of a database to this version of Medusa; in a process of its own, which ends with the outcome. */
"use strict"
const path = require("node:path")
const { default: migrate } = require("@medusajs/medusa/commands/db/migrate")

migrate({
  directory: path.dirname(__dirname),
  skipLinks: false,
  skipScripts: false,
  executeAllLinks: false,
  executeSafeLinks: true,
})
