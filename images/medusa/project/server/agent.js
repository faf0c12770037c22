/**
 * The agent of a store, on its own port: health for the kubelet, and the one place where the platform sets what
 * is particular to this store.
 *
 *   GET /healthz?wait=MS      200 when Medusa is loaded and the database answers, else 503; waits up to MS for it
 *   GET /livez                200 when the process answers
 *   PUT /storefleet/v1/site   applies address, title and admin account (bearer token)
 */
"use strict"
const { createHash, timingSafeEqual } = require("node:crypto")
const { secret } = require("./secrets.js")
const { InvalidSite, readSite } = require("./site-input.js")
const { databaseProblem } = require("./database.js")

const LARGEST_BODY = 64 * 1024
const LONGEST_WAIT = 5000
const SITE_WAIT = 3000
const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const digest = (text) => createHash("sha256").update(text).digest()

function authorized(request) {
  const expected = secret("agentToken")
  const given = request.headers.authorization ?? ""
  return expected !== null && given.startsWith("Bearer ") && timingSafeEqual(digest(expected), digest(given.slice(7)))
}

function answer(response, status, body) {
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" }
  if (status === 401) headers["WWW-Authenticate"] = "Bearer"
  response.writeHead(status, headers).end(`${JSON.stringify(body)}\n`)
}

async function readBody(request) {
  const parts = []
  let length = 0
  for await (const part of request) {
    length += part.length
    if (length > LARGEST_BODY) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/**
 * @param {{database: import("knex").Knex | null, ready: Promise<void>, problem: string}} store
 */
function agentHandler(store) {
  async function health(response, wait) {
    const deadline = Date.now() + wait
    await Promise.race([store.ready, after(wait)])
    for (;;) {
      let problem = store.problem
      if (store.database) {
        try {
          await store.database.raw("SELECT 1 FROM storefleet_site")
          return answer(response, 200, { ready: true })
        } catch (error) {
          problem = databaseProblem(error)
        }
      }
      if (Date.now() >= deadline) return answer(response, 503, { ready: false, code: "DatabaseNotReady", message: problem })
      await after(25)
    }
  }

  async function putSite(request, response) {
    const started = performance.now()
    const body = await readBody(request)
    if (body === null) return answer(response, 413, { code: "TooLarge", message: "the body is too large" })
    let site
    try {
      site = readSite(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)))
    } catch (error) {
      if (error instanceof InvalidSite) {
        return answer(response, 422, { code: "InvalidSite", pointer: error.pointer, message: error.message })
      }
      return answer(response, 400, { code: "InvalidJson", message: "the body is not JSON" })
    }
    await Promise.race([store.ready, after(SITE_WAIT)])
    if (!store.database) return answer(response, 503, { applied: false, code: "DatabaseNotReady", message: store.problem })
    try {
      const { applySite } = require("./site.js")
      const changed = await applySite(store.database, site)
      answer(response, 200, { applied: true, changed, milliseconds: Math.round(performance.now() - started) })
    } catch (error) {
      if (error instanceof InvalidSite) {
        return answer(response, 409, { code: "Conflict", pointer: error.pointer, message: error.message })
      }
      answer(response, 503, { applied: false, code: "DatabaseNotReady", message: databaseProblem(error) })
    }
  }

  return (request, response) => {
    const url = new URL(request.url, "http://agent")
    if (url.pathname === "/livez") return answer(response, 200, { alive: true })
    if (url.pathname === "/healthz") {
      return health(response, Math.min(LONGEST_WAIT, Math.max(0, Number(url.searchParams.get("wait")) || 0)))
    }
    if (!authorized(request)) return answer(response, 401, { code: "Unauthorized", message: "a valid bearer token is needed" })
    if (url.pathname === "/storefleet/v1/site" && request.method === "PUT") return putSite(request, response)
    answer(response, 404, { code: "NotFound", message: "nothing here" })
  }
}

module.exports = { agentHandler }
