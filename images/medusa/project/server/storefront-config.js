/** GET /config.json: what the storefront and the platform's commerce check need to know. */
"use strict"
const { storefrontConfig } = require("./site.js")

function configHandler(database) {
  return async (request, response) => {
    const config = await storefrontConfig(database)
    response.set("Cache-Control", "no-cache")
    if (!config) return response.status(503).json({ message: "this store has not been set up yet" })
    response.json(config)
  }
}

module.exports = { configHandler }
