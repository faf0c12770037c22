/** The store's database before Medusa asks it anything: waiting for it, and bringing its tables up to date. */
"use strict"
const { spawn } = require("node:child_process")
const { once } = require("node:events")
const fs = require("node:fs")
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

/** The code is older than what has changed the database: a message for people, not a fault to trace. */
class NewerDatabase extends Error {}

/**
 * Throws where the database has had migrations that this code does not know. Medusa itself would find nothing to do
 * there, and serve a shop from tables that it does not understand. `version` may be this code's own: a migration that
 * was interrupted leaves it as it was.
 */
function refuseNewer(version, executed) {
  const known = new Set(fs.readFileSync(settings.migrations, "utf8").split("\n"))
  const unknown = executed.filter((name) => !known.has(name))
  if (unknown.length === 0) return
  throw new NewerDatabase(
    `this database was changed by a newer Medusa${version === settings.medusaVersion ? "" : ` (${version})`}: Medusa ` +
      `${settings.medusaVersion} does not know ${unknown.length} of its migrations, among them ${unknown[0]}. ` +
      "Choose the newer version of the engine again: data is not rolled back.",
  )
}

/**
 * Resolves once the database holds a store, with the Medusa version of its tables; tells `report` what is wrong until
 * then. Rejects with NewerDatabase.
 */
async function waitForDatabase(report) {
  for (;;) {
    try {
      return await connected(async (client) => {
        const { rows } = await client.query("SELECT medusa_version FROM storefleet_site")
        const executed = await client.query("SELECT name FROM mikro_orm_migrations ORDER BY id")
        refuseNewer(rows[0].medusa_version, executed.rows.map((row) => row.name))
        return rows[0].medusa_version
      })
    } catch (error) {
      if (error instanceof NewerDatabase) throw error
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

module.exports = { NewerDatabase, databaseProblem, migrateDatabase, waitForDatabase }
