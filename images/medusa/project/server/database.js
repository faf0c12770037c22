/** The store's database before Medusa asks it anything: waiting for it, and bringing its tables up to date. */
"use strict"
const { spawn } = require("node:child_process")
const { once } = require("node:events")
const path = require("node:path")
const { settings } = require("./settings.js")

/** What went wrong in words for a status message; never the statement or its values. */
function databaseProblem(error) {
  if (error.code === "28P01" || error.code === "28000") return "the database refuses the password of this store"
  if (/^[0-9A-Z]{5}$/.test(error.code ?? "") && !/^(08|57P)/.test(error.code)) return `the database answered with error ${error.code}`
  return "the database cannot be reached"
}

/** Runs `work` with a connection of its own. */
async function connected(work) {
  const { Client } = require("pg")
  const client = new Client({ connectionString: settings.databaseUrl(), connectionTimeoutMillis: 3000 })
  client.on("error", () => {})
  try {
    await client.connect()
    return await work(client)
  } finally {
    client.end().catch(() => {})
  }
}

/** Resolves once the database holds a store, with the Medusa version of its tables; tells `report` what is wrong until then. */
async function waitForDatabase(report) {
  for (;;) {
    try {
      return await connected(async (client) => (await client.query("SELECT medusa_version FROM storefleet_site")).rows[0].medusa_version)
    } catch (error) {
      report(databaseProblem(error))
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A store that an older image made gets the tables of this one. */
async function migrateDatabase() {
  const child = spawn(process.execPath, [path.join(__dirname, "migrate.js")], { stdio: "inherit" })
  const [code] = await once(child, "exit")
  if (code !== 0) throw new Error("the database cannot be migrated to this version of Medusa")
  await connected((client) => client.query("UPDATE storefleet_site SET medusa_version = $1", [settings.medusaVersion]))
}

module.exports = { databaseProblem, migrateDatabase, waitForDatabase }
