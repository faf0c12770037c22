/** Settings from the environment, with the values that hold in a store's pod. */
"use strict"
const { dependencies } = require("../package.json")
const { secret } = require("./secrets.js")

const settings = {
  medusaVersion: dependencies["@medusajs/medusa"],
  databaseHost: process.env.STORE_DATABASE_HOST || "database",
  databasePort: Number(process.env.STORE_DATABASE_PORT || 5432),
  databasePool: Number(process.env.STORE_DATABASE_POOL || 10),
  // Names of the migrations that this code brings, one a line.
  migrations: process.env.STORE_MIGRATIONS || "/usr/share/store/migrations",
  uploads: process.env.STORE_UPLOADS || "/var/lib/store/files/static",
  databaseUrl() {
    const password = encodeURIComponent(secret("databasePassword") ?? "")
    return `postgres://store:${password}@${this.databaseHost}:${this.databasePort}/store`
  },
}

module.exports = { settings }
