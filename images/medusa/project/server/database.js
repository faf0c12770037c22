/** Waiting for the store's database before Medusa asks it anything. */
"use strict"
const { settings } = require("./settings.js")

/** What went wrong in words for a status message; never the statement or its values. */
function databaseProblem(error) {
  if (error.code === "28P01" || error.code === "28000") return "the database refuses the password of this store"
  if (/^[0-9A-Z]{5}$/.test(error.code ?? "") && !/^(08|57P)/.test(error.code)) return `the database answered with error ${error.code}`
  return "the database cannot be reached"
}

/** Resolves once the database holds a store; tells `report` what is wrong until then. */
async function waitForDatabase(report) {
  const { Client } = require("pg")
  for (;;) {
    const client = new Client({ connectionString: settings.databaseUrl(), connectionTimeoutMillis: 3000 })
    client.on("error", () => {})
    try {
      await client.connect()
      await client.query("SELECT 1 FROM storefleet_site")
      await client.end()
      return
    } catch (error) {
      report(databaseProblem(error))
      client.end().catch(() => {})
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

module.exports = { databaseProblem, waitForDatabase }
