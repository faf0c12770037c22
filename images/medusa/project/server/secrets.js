/** Secrets of this store: one file each, mounted from the Kubernetes Secrets. */
"use strict"
const fs = require("node:fs")
const path = require("node:path")

/** The secret without trailing line ends, or null when it is missing or empty. */
function secret(name) {
  try {
    const folder = process.env.STORE_SECRETS || "/run/secrets/store"
    return fs.readFileSync(path.join(folder, name), "utf8").replace(/\n+$/, "") || null
  } catch (error) {
    if (error.code === "ENOENT") return null
    throw error
  }
}

module.exports = { secret }
