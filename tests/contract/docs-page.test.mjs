// What Swagger UI at /docs sends: the session's proof with every change, and nothing where a token speaks for itself.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import vm from "node:vm"

const page = new URL("../../images/platform/docs-ui/start.js", import.meta.url)
const contract = readFileSync(new URL("../../backend/openapi.yaml", import.meta.url), "utf8")

function interceptor(me) {
  const asked = []
  const context = {
    window: {},
    location: new URL("https://fleet.test/docs"),
    URL,
    fetch: async (path) => {
      asked.push(path)
      return me ? Response.json(me) : new Response("{}", { status: 401 })
    },
    SwaggerUIBundle: (options) => options,
  }
  vm.runInNewContext(readFileSync(page, "utf8"), context)
  return { send: context.window.ui.requestInterceptor, asked }
}

const session = { name: "ann", csrfToken: "proof" }
const url = "https://fleet.test/api/v1/stores"

test("a change by a session has the session's proof", async () => {
  for (const method of ["POST", "PATCH", "PUT", "DELETE", "post"]) {
    const { send } = interceptor(session)
    const request = await send({ url, method, headers: { "Content-Type": "application/json" } })
    assert.deepEqual({ ...request.headers }, { "Content-Type": "application/json", "X-CSRF-Token": "proof" })
  }
})

test("reading asks for none, and no token or other origin gets one", async () => {
  for (const request of [
    { url, method: "GET", headers: {} },
    { url, method: "POST", headers: { Authorization: "Bearer t" } },
    { url: "https://elsewhere.test/api/v1/stores", method: "POST", headers: {} },
  ]) {
    const { send, asked } = interceptor(session)
    const sent = await send(request)
    assert.equal(sent.headers["X-CSRF-Token"], undefined)
    assert.deepEqual(asked, [])
  }
})

test("who is not logged in can still log in", async () => {
  const { send } = interceptor(undefined)
  const request = await send({ url: "https://fleet.test/api/v1/auth/login", method: "POST", headers: {} })
  assert.equal(request.headers["X-CSRF-Token"], undefined)
})

test("no Idempotency-Key is prefilled: a second create would be taken for the first", () => {
  const parameter = contract.slice(contract.indexOf("- name: Idempotency-Key"), contract.indexOf("- name: validateOnly"))
  assert.ok(parameter.includes("in: header"))
  assert.ok(!/^ *(?:example|default):/m.test(parameter), parameter)
})
