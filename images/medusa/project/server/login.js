/** Ways into the administration: GET /storefleet/login?token=…, the platform's one-click login, and typed addresses. */
"use strict"
const { createHmac, timingSafeEqual } = require("node:crypto")
const { secret } = require("./secrets.js")

const LONGEST_SECONDS = 300

/** @returns {{nonce: string, expires: number} | null} what a token says, where its signature holds and its time has not passed */
function readToken(token, key, now) {
  const parts = /^([0-9]{1,12})\.([0-9a-f]{32})\.([0-9a-f]{64})$/.exec(token)
  if (!parts || !key) return null
  const [, expires, nonce, signature] = parts
  const expected = createHmac("sha256", key).update(`${expires}.${nonce}`).digest()
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) return null
  if (!(now < Number(expires) && Number(expires) <= now + LONGEST_SECONDS)) return null
  return { nonce, expires: Number(expires) }
}

/**
 * True for the first use of a nonce. Used ones are rows, so that a token works once even across restarts of this
 * process, and for one of two requests at the same time.
 */
async function useUp(database, { nonce, expires }) {
  await database.raw("DELETE FROM storefleet_login WHERE expires_at < now() - interval '1 hour'")
  const { rows } = await database.raw(
    "INSERT INTO storefleet_login (nonce, expires_at) VALUES (?, to_timestamp(?)) ON CONFLICT DO NOTHING RETURNING nonce",
    [nonce, expires],
  )
  return rows.length === 1
}

async function admin(database) {
  const { rows } = await database.raw(
    `SELECT u.id AS user, site.auth_identity_id AS identity
     FROM storefleet_site site JOIN "user" u ON u.id = site.admin_user_id AND u.deleted_at IS NULL WHERE site.applied`,
  )
  return rows[0]
}

const REFUSED = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>This link no longer works</title>
<h1>This link no longer works</h1>
<p>It was used or has expired. Ask for a new one: <code>storefleet open NAME --admin</code></p>
</html>
`

function loginHandler(database) {
  return async (request, response) => {
    response.set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" })
    // Programs that look at links before people do ask for the head only.
    if (request.method === "HEAD") return response.status(204).end()
    const token = typeof request.query.token === "string" ? request.query.token : ""
    const valid = readToken(token, secret("loginKey"), Date.now() / 1000)
    const account = valid && (await admin(database))
    if (!account || !(await useUp(database, valid))) return response.status(403).type("html").send(REFUSED)
    await new Promise((resolve, reject) => request.session.regenerate((error) => (error ? reject(error) : resolve())))
    request.session.auth_context = {
      actor_id: account.user,
      actor_type: "user",
      auth_identity_id: account.identity,
      app_metadata: { user_id: account.user },
      user_metadata: {},
    }
    await new Promise((resolve, reject) => request.session.save((error) => (error ? reject(error) : resolve())))
    response.redirect(302, "/app/")
  }
}

/** The address as the one account spells it that it can mean; else as typed. */
async function spelledAddress(database, typed) {
  const { rows } = await database.raw(
    `SELECT entity_id FROM provider_identity
     WHERE provider = 'emailpass' AND deleted_at IS NULL AND lower(entity_id) = lower(?) LIMIT 3`,
    [typed],
  )
  return rows.length === 1 ? rows[0].entity_id : typed
}

/**
 * People copy their address with a blank, or type it with other capitals than the platform printed: Medusa compares
 * it letter by letter.
 */
function addressHandler(database) {
  return async (request, _response, next) => {
    const typed = request.body?.email
    if (typeof typed === "string" && typed.length <= 320) {
      request.body.email = await spelledAddress(database(), typed.trim()).catch(() => typed)
    }
    next()
  }
}

module.exports = { addressHandler, loginHandler, readToken }
