/**
 * Fills the migrated database: regions, taxes, shipping, the sales channel, the admin account that nobody can log in
 * to yet, and the sample products. Run once, when the image is built.
 *
 *   seed.js PICTURES   the folder for the pictures of the sample products
 */
"use strict"
const fs = require("node:fs")
const path = require("node:path")
const project = process.env.STORE_PROJECT
const fromProject = require("node:module").createRequire(path.join(project, "medusa-config.js"))
const samples = require("./samples.js")
const { drawProduct } = require("./draw.js")

const EUROPE = ["at", "be", "bg", "ch", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gb", "gr", "hr", "hu", "ie", "it", "lt", "lu", "lv", "mt", "nl", "no", "pl", "pt", "ro", "se", "si", "sk"]
const AMERICA = ["ca", "us"]
const STOCK = 1000

async function main(pictures) {
  const { default: load } = fromProject("@medusajs/medusa/loaders/index")
  const flows = fromProject("@medusajs/medusa/core-flows")
  const { container } = await load({ directory: project, expressApp: fromProject("express")(), skipLoadingEntryPoints: true })
  const database = container.resolve("__pg_connection__")
  const run = async (workflow, input) => (await workflow(container).run({ input })).result
  const link = (value) => container.resolve("link").create(value)
  const rows = async (statement, values = []) => (await database.raw(statement, values)).rows

  // Made by Medusa at its first start: the store, its sales channel, a publishable key.
  const [store] = await rows("SELECT id, default_sales_channel_id FROM store")
  const [key] = await rows("SELECT id FROM api_key WHERE type = 'publishable'")
  const salesChannel = store.default_sales_channel_id
  await rows("UPDATE sales_channel SET name = 'Online store', description = 'Everything that is sold on this site' WHERE id = ?", [salesChannel])
  await rows("UPDATE api_key SET title = 'Storefront', token = 'pk_replaced_at_first_setup', redacted = 'pk_***' WHERE id = ?", [key.id])

  const regions = await run(flows.createRegionsWorkflow, {
    regions: [
      { name: "Europe", currency_code: "eur", countries: EUROPE, payment_providers: ["pp_system_default"], is_tax_inclusive: true },
      { name: "North America", currency_code: "usd", countries: AMERICA, payment_providers: ["pp_system_default"] },
    ],
  })
  await run(flows.createTaxRegionsWorkflow, [...EUROPE, ...AMERICA].map((country_code) => ({ country_code, provider_id: "tp_system" })))
  const [location] = await run(flows.createStockLocationsWorkflow, {
    locations: [{ name: "Warehouse", address: { address_1: "", country_code: "DE" } }],
  })
  await run(flows.updateStoresWorkflow, {
    selector: { id: store.id },
    update: {
      name: "Store",
      supported_currencies: [{ currency_code: "eur", is_default: true, is_tax_inclusive: true }, { currency_code: "usd" }],
      default_region_id: regions[0].id,
      default_location_id: location.id,
    },
  })
  await run(flows.linkSalesChannelsToStockLocationWorkflow, { id: location.id, add: [salesChannel] })
  await link({ stock_location: { stock_location_id: location.id }, fulfillment: { fulfillment_provider_id: "manual_manual" } })

  const [existing] = await rows("SELECT id FROM shipping_profile WHERE type = 'default' AND deleted_at IS NULL")
  const profile = existing ?? (await run(flows.createShippingProfilesWorkflow, { data: [{ name: "Default", type: "default" }] }))[0]
  const fulfillment = container.resolve("fulfillment")
  const set = await fulfillment.createFulfillmentSets({
    name: "Delivery",
    type: "shipping",
    service_zones: [{ name: "Everywhere", geo_zones: [...EUROPE, ...AMERICA].map((country_code) => ({ country_code, type: "country" })) }],
  })
  await link({ stock_location: { stock_location_id: location.id }, fulfillment: { fulfillment_set_id: set.id } })
  const shipping = (name, code, description, eur, usd) => ({
    name,
    price_type: "flat",
    provider_id: "manual_manual",
    service_zone_id: set.service_zones[0].id,
    shipping_profile_id: profile.id,
    type: { label: name, code, description },
    prices: [
      { currency_code: "eur", amount: eur },
      { currency_code: "usd", amount: usd },
    ],
    rules: [
      { attribute: "enabled_in_store", value: "true", operator: "eq" },
      { attribute: "is_return", value: "false", operator: "eq" },
    ],
  })
  await run(flows.createShippingOptionsWorkflow, [
    shipping("Standard", "standard", "Three to five days", 0, 0),
    shipping("Express", "express", "The next working day", 9.9, 12),
  ])

  fs.mkdirSync(pictures, { recursive: true })
  for (const sample of samples) fs.writeFileSync(path.join(pictures, `sample-${sample.slug}.svg`), drawProduct(sample))
  const products = await run(flows.createProductsWorkflow, {
    products: samples.map((sample) => ({
      title: sample.title,
      handle: sample.slug,
      description: sample.description,
      status: "published",
      shipping_profile_id: profile.id,
      thumbnail: `/static/sample-${sample.slug}.svg`,
      images: [{ url: `/static/sample-${sample.slug}.svg` }],
      sales_channels: [{ id: salesChannel }],
      options: [{ title: "Variant", values: ["Standard"] }],
      variants: [
        {
          title: "Standard",
          sku: sample.slug.toUpperCase(),
          options: { Variant: "Standard" },
          prices: [
            { currency_code: "eur", amount: sample.eur },
            { currency_code: "usd", amount: sample.usd },
          ],
        },
      ],
    })),
  })
  const items = await rows("SELECT id FROM inventory_item")
  await run(flows.createInventoryLevelsWorkflow, {
    inventory_levels: items.map(({ id }) => ({ inventory_item_id: id, location_id: location.id, stocked_quantity: STOCK })),
  })

  // No password: nobody can log in before the platform sets one.
  const user = await container.resolve("user").createUsers({ email: "admin@store.invalid" })
  const identity = await container.resolve("auth").createAuthIdentities({
    app_metadata: { user_id: user.id },
    provider_identities: [{ provider: "emailpass", entity_id: "admin@store.invalid", provider_metadata: {} }],
  })

  await database.raw(`
    CREATE TABLE storefleet_site (
      id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1), applied boolean NOT NULL DEFAULT false, url text NOT NULL,
      store_id text NOT NULL, region_id text NOT NULL, api_key_id text NOT NULL,
      admin_user_id text NOT NULL, auth_identity_id text NOT NULL, medusa_version text NOT NULL);
    CREATE TABLE storefleet_login (nonce text PRIMARY KEY, expires_at timestamptz NOT NULL);
    CREATE TABLE storefleet_session (id text PRIMARY KEY, data jsonb NOT NULL, expires_at timestamptz NOT NULL);
    CREATE INDEX storefleet_session_expiry ON storefleet_session (expires_at)`)
  await database.raw(
    "INSERT INTO storefleet_site (url, store_id, region_id, api_key_id, admin_user_id, auth_identity_id, medusa_version) VALUES ('http://store.invalid', ?, ?, ?, ?, ?, ?)",
    [store.id, regions[0].id, key.id, user.id, identity.id, fromProject("./server/settings.js").settings.medusaVersion],
  )
  console.log(`${products.length} sample products, ${items.length} with stock, regions ${regions.map((region) => region.name).join(", ")}`)
  process.exit(0)
}

main(process.argv[2]).catch((error) => {
  console.error(error)
  process.exit(1)
})
