/**
 * The store's server: Medusa and the agent in one process, on two sockets that are open before anything else is
 * loaded. Whoever connects meanwhile waits instead of being refused.
 */
"use strict"
const path = require("node:path")
const project = path.dirname(__dirname)
const { usePackedCode } = require("./packed-code.js")
const releasePackedCode = usePackedCode(process.env.STORE_CODE || path.join(project, "code"))

const http = require("node:http")
const { agentHandler } = require("./agent.js")
const { NewerDatabase, migrateDatabase, waitForDatabase } = require("./database.js")
const { settings } = require("./settings.js")

/** A socket that was handed over as a descriptor, or a path. */
const listenOn = (server, place) => server.listen(/^[0-9]+$/.test(place) ? { fd: Number(place) } : { path: place })

function log(level, message) {
  process.stdout.write(`${JSON.stringify({ level, message, seconds: Number(process.uptime().toFixed(2)) })}\n`)
}

let isReady
const store = {
  database: null,
  problem: "the database cannot be reached",
  ready: new Promise((resolve) => {
    isReady = resolve
  }),
}
let app = null
const shop = http.createServer(async (request, response) => {
  if (!app) await store.ready
  app(request, response)
})
const agent = http.createServer(agentHandler(store))
listenOn(shop, process.env.STORE_APP_SOCKET || "/run/store/app.sock")
listenOn(agent, process.env.STORE_AGENT_SOCKET || "/run/store/agent.sock")

function stopOn(signal, shutdown) {
  process.once(signal, () => {
    // nginx holds its connections open for later requests; those that have none are closed now.
    for (const server of [shop, agent]) {
      server.close()
      server.closeIdleConnections()
    }
    setTimeout(() => process.exit(0), 8000).unref()
    Promise.resolve(shop.listening && new Promise((resolve) => shop.once("close", resolve)))
      .then(shutdown)
      .finally(() => process.exit(0))
  })
}

async function start() {
  const { addressHandler, loginHandler } = require("./login.js")
  const { useDatabaseSessions } = require("./sessions.js")
  const sessions = useDatabaseSessions()
  const express = require("express")
  const { default: load } = require("@medusajs/medusa/loaders/index")
  log("info", "code loaded")
  const version = await waitForDatabase((problem) => {
    store.problem = problem
  })
  log("info", "database answers")
  if (version !== settings.medusaVersion) {
    store.problem = `the database is being migrated from Medusa ${version} to ${settings.medusaVersion}`
    log("info", store.problem)
    await migrateDatabase()
  }
  const application = express()
  application.disable("x-powered-by")
  // Before Medusa's own handlers, which compare addresses letter by letter.
  application.post("/auth/user/emailpass", express.json({ limit: "16kb" }), addressHandler(() => store.database))
  const { container, shutdown } = await load({ directory: project, expressApp: application })
  const database = container.resolve("__pg_connection__")
  sessions.connect(database)
  const { configHandler } = require("./storefront-config.js")
  const failed = (response) => (error) => {
    log("error", error.message)
    if (!response.headersSent) response.status(503).end()
  }
  const route = (place, handler) =>
    application.get(place, (request, response) => handler(request, response).catch(failed(response)))
  route("/storefleet/login", loginHandler(database))
  route("/config.json", configHandler(database))
  for (const signal of ["SIGTERM", "SIGINT"]) stopOn(signal, shutdown)
  app = application
  store.database = database
  isReady()
  releasePackedCode?.()
  log("info", "ready")
}

start().catch((error) => {
  log("error", `the server cannot start: ${error instanceof NewerDatabase ? error.message : error.stack}`)
  process.exit(1)
})
