/** Uses the server as shoppers and merchants do, so that the code they need is compiled when it is packed. */
"use strict"
const http = require("node:http")
const fs = require("node:fs")
const { createHmac, randomBytes } = require("node:crypto")

const secret = (name) => fs.readFileSync(`/run/secrets/store/${name}`, "utf8")
const cookies = new Map()

function request(socketPath, method, path, { headers = {}, json } = {}) {
  const body = json === undefined ? undefined : JSON.stringify(json)
  return new Promise((resolve, reject) => {
    const call = http.request({ socketPath, method, path, headers: { host: "store.invalid", cookie: [...cookies.values()].join("; "), ...(body && { "content-type": "application/json" }), ...headers } }, (response) => {
      const parts = []
      response.on("data", (part) => parts.push(part))
      response.on("end", () => {
        for (const cookie of response.headers["set-cookie"] ?? []) cookies.set(cookie.split("=")[0], cookie.split(";")[0])
        const text = Buffer.concat(parts).toString()
        const type = response.headers["content-type"] ?? ""
        resolve({ status: response.statusCode, headers: response.headers, body: type.includes("json") ? JSON.parse(text) : text })
      })
    })
    call.on("error", reject)
    call.end(body)
  })
}

async function expect(status, socket, method, path, options) {
  const answer = await request(socket, method, path, options)
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function untilServed() {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await request("/run/store/agent.sock", "GET", "/healthz?wait=1000").catch(() => null)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error("the server does not start")
}

const ADMIN_PAGES = [
  "/admin/users/me", "/admin/stores", "/admin/orders?limit=20&fields=*customer", "/admin/products?limit=20", "/admin/inventory-items?limit=20",
  "/admin/customers", "/admin/regions", "/admin/sales-channels", "/admin/shipping-profiles", "/admin/stock-locations", "/admin/tax-regions",
  "/admin/product-categories", "/admin/collections", "/admin/promotions", "/admin/campaigns", "/admin/price-lists", "/admin/reservations",
  "/admin/api-keys?type=publishable", "/admin/currencies", "/admin/customer-groups", "/admin/notifications", "/admin/draft-orders",
  "/admin/workflows-executions", "/admin/product-tags", "/admin/product-types", "/admin/return-reasons", "/admin/shipping-options", "/admin/feature-flags",
]

async function main() {
  const agent = "/run/store/agent.sock"
  const shop = "/run/store/app.sock"
  await untilServed()
  const site = { url: "http://store.invalid", title: "Tour", adminUser: "admin", adminEmail: "tour@store.invalid", adminPassword: randomBytes(12).toString("hex"), sampleData: true }
  for (let call = 0; call < 2; call++) {
    await expect(200, agent, "PUT", "/storefleet/v1/site", { json: site, headers: { authorization: `Bearer ${secret("agentToken")}` } })
  }
  const config = await expect(200, shop, "GET", "/config.json")
  const headers = { "x-publishable-api-key": config.publishableKey }
  const store = (method, path, json) => expect(200, shop, method, path, { headers, json })
  await store("GET", `/store/regions/${config.regionId}`)
  await store("GET", "/store/product-categories")
  await store("GET", "/store/collections")
  const { products } = await store("GET", `/store/products?region_id=${config.regionId}&fields=*variants.calculated_price,%2Bvariants.inventory_quantity`)
  await store("GET", `/store/products?handle=${products[0].handle}&region_id=${config.regionId}&fields=*variants.calculated_price`)
  const { cart } = await store("POST", "/store/carts", { region_id: config.regionId, email: "tour@store.invalid" })
  const change = (path, json) => store("POST", `/store/carts/${cart.id}${path}`, json)
  const filled = await change("/line-items", { variant_id: products[0].variants[0].id, quantity: 1 })
  await change(`/line-items/${filled.cart.items[0].id}`, { quantity: 2 })
  await store("GET", `/store/carts/${cart.id}`)
  await change("", { shipping_address: { first_name: "A", last_name: "B", address_1: "Street 1", city: "Berlin", postal_code: "10115", country_code: "de" } })
  const { shipping_options: options } = await store("GET", `/store/shipping-options?cart_id=${cart.id}`)
  await change("/shipping-methods", { option_id: options[0].id })
  const { payment_collection: payment } = await store("POST", "/store/payment-collections", { cart_id: cart.id })
  await store("POST", `/store/payment-collections/${payment.id}/payment-sessions`, { provider_id: "pp_system_default" })
  const { order } = await change("/complete")
  await store("GET", `/store/orders/${order.id}`)

  const login = () => {
    const message = `${Math.floor(Date.now() / 1000) + 60}.${randomBytes(16).toString("hex")}`
    return `${message}.${createHmac("sha256", secret("loginKey")).update(message).digest("hex")}`
  }
  await expect(302, shop, "GET", `/storefleet/login?token=${login()}`)
  await expect(200, shop, "POST", "/auth/user/emailpass", { json: { email: site.adminEmail, password: site.adminPassword } })
  for (const page of ADMIN_PAGES) {
    const answer = await request(shop, "GET", page)
    if (answer.status >= 500) throw new Error(`${page}: ${answer.status}`)
  }
  await expect(200, shop, "GET", `/admin/orders/${order.id}`)
  await expect(200, shop, "GET", `/admin/products/${products[0].id}`)
  await expect(200, shop, "POST", `/admin/orders/${order.id}/cancel`, {})
  await expect(200, shop, "POST", `/admin/orders/${order.id}/archive`, {})
}

main().catch((error) => {
  console.error(error.message)
  process.exit(1)
})
