/** What is particular to one store, in its database. */
"use strict"
const { randomBytes } = require("node:crypto")
const fs = require("node:fs/promises")
const path = require("node:path")
const scrypt = require("scrypt-kdf")
const { InvalidSite } = require("./site-input.js")
const { settings } = require("./settings.js")

// The parameters of Medusa's own e-mail and password provider.
const SCRYPT = { logN: 15, r: 8, p: 1 }

/**
 * Brings the database to what the site says, in one transaction; a second call changes nothing. Sample data is
 * only decided by the first call: later the products belong to the merchant.
 *
 * Statements instead of Medusa's workflows: a workflow a step would take seconds on a small machine, and
 * would leave other rows of the same kind to be found by name.
 *
 * @returns {Promise<string[]>} what changed
 */
async function applySite(database, site) {
  const changed = []
  const removesSamples = await database.transaction(async (transaction) => {
    const query = async (statement, values = []) => (await transaction.raw(statement, values)).rows
    // One row, locked for the whole transaction, so that two calls cannot mix.
    const [current] = await query("SELECT * FROM storefleet_site FOR UPDATE")
    if (current.url !== site.url) {
      await query("UPDATE storefleet_site SET url = ?", [site.url])
      changed.push("url")
    }
    const titled = await query("UPDATE store SET name = ?, updated_at = now() WHERE id = ? AND name <> ? RETURNING id", [
      site.title,
      current.store_id,
      site.title,
    ])
    if (titled.length > 0) changed.push("title")
    changed.push(...(await applyAdmin(query, current, site)))
    if (current.applied) return false
    await replacePublishableKey(query, current.api_key_id)
    changed.push("publishableKey")
    if (!site.sampleData) {
      await removeSamples(query)
      changed.push("sampleData")
    }
    await query("UPDATE storefleet_site SET applied = true")
    return !site.sampleData
  })
  if (removesSamples) await removeSamplePictures()
  return changed
}

async function applyAdmin(query, current, site) {
  const [user] = await query(
    `SELECT u.email, p.id AS identity, p.entity_id, p.provider_metadata ->> 'password' AS password
     FROM "user" u JOIN provider_identity p ON p.auth_identity_id = ? AND p.provider = 'emailpass' AND p.deleted_at IS NULL
     WHERE u.id = ? AND u.deleted_at IS NULL`,
    [current.auth_identity_id, current.admin_user_id],
  )
  if (!user) throw new InvalidSite("/adminUser", "the admin account of the platform was removed in this store")
  // Medusa compares addresses as they are, and its login form sends them in lower case or not as typed.
  const email = site.adminEmail
  const changed = []
  if (user.email !== email || user.entity_id !== email) {
    const taken = await query(
      `SELECT 1 FROM "user" WHERE email = ? AND id <> ? AND deleted_at IS NULL
       UNION ALL SELECT 1 FROM provider_identity WHERE entity_id = ? AND provider = 'emailpass' AND id <> ?`,
      [email, current.admin_user_id, email, user.identity],
    )
    if (taken.length > 0) throw new InvalidSite("/adminEmail", "another account of this store has this address")
    await query('UPDATE "user" SET email = ?, updated_at = now() WHERE id = ?', [email, current.admin_user_id])
    await query("UPDATE provider_identity SET entity_id = ?, updated_at = now() WHERE id = ?", [email, user.identity])
    changed.push("adminEmail")
  }
  if (!(await passwordMatches(site.adminPassword, user.password))) {
    const hash = (await scrypt.kdf(site.adminPassword, SCRYPT)).toString("base64")
    await query(
      "UPDATE provider_identity SET provider_metadata = jsonb_build_object('password', ?::text), updated_at = now() WHERE id = ?",
      [hash, user.identity],
    )
    changed.push("adminPassword")
  }
  return changed
}

async function passwordMatches(password, hash) {
  // The snapshot's account has no password: nobody can log in to it.
  return Boolean(hash) && (await scrypt.verify(Buffer.from(hash, "base64"), password))
}

/** A token of its own for every store; the snapshot's is known to everybody who has the image. */
async function replacePublishableKey(query, id) {
  const token = `pk_${randomBytes(32).toString("hex")}`
  await query("UPDATE api_key SET token = ?, redacted = ?, updated_at = now() WHERE id = ?", [
    token,
    `${token.slice(0, 6)}***${token.slice(-3)}`,
    id,
  ])
}

/** The first application only, when every product there is comes from the snapshot. */
async function removeSamples(query) {
  await query("DELETE FROM price_set WHERE id IN (SELECT price_set_id FROM product_variant_price_set)")
  for (const table of [
    "product_variant_price_set",
    "product_variant_inventory_item",
    "product_sales_channel",
    "product_shipping_profile",
    "inventory_item",
    "product",
    "product_option",
    "search_postgres_index",
  ]) {
    await query(`DELETE FROM ${table}`)
  }
}

async function removeSamplePictures() {
  for (const name of await fs.readdir(settings.uploads).catch(() => [])) {
    if (name.startsWith("sample-")) await fs.rm(path.join(settings.uploads, name), { force: true })
  }
}

/** What the storefront needs to know, or null before the first application. */
async function storefrontConfig(database) {
  const { rows } = await database.raw(
    `SELECT store.name AS title, key.token AS "publishableKey", region.id AS "regionId",
            region.currency_code AS "currencyCode", site.url
     FROM storefleet_site site
     JOIN store ON store.id = site.store_id
     LEFT JOIN LATERAL (
       SELECT token FROM api_key WHERE type = 'publishable' AND revoked_at IS NULL AND deleted_at IS NULL
       ORDER BY id = site.api_key_id DESC, created_at LIMIT 1) key ON true
     LEFT JOIN LATERAL (
       SELECT id, currency_code FROM region WHERE deleted_at IS NULL
       ORDER BY id = site.region_id DESC, created_at LIMIT 1) region ON true
     WHERE site.applied`,
  )
  return rows[0] ?? null
}

module.exports = { applySite, storefrontConfig }
