/**
 * steps.js ENGINE probe|check BASE HOST VARIABLES: runs the steps of an engine.yaml (as JSON) as the platform does:
 * in order, with one cookie jar, no redirects followed, {name} replaced. Prints a line a step; fails with the first
 * step that fails.
 */
"use strict"
const fs = require("node:fs")
const http = require("node:http")

const [, , engineFile, part, base, host, given] = process.argv
const engine = JSON.parse(fs.readFileSync(engineFile, "utf8"))
const steps = part === "check" ? engine.check.steps : engine.probe
const variables = JSON.parse(given)
const cookies = new Map()

const fill = (text) => text.replace(/\{([A-Za-z]+)\}/g, (all, name) => variables[name] ?? all)
function fillJson(value) {
  if (typeof value === "string") {
    const whole = fill(value)
    return /^\{[A-Za-z]+\}$/.test(value) && /^[0-9]+$/.test(whole) ? Number(whole) : whole
  }
  if (Array.isArray(value)) return value.map(fillJson)
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillJson(inner)]))
  return value
}
const pointed = (value, pointer) => pointer.split("/").slice(1).reduce((inner, key) => inner?.[key], value)

function send(step) {
  const body = step.json === undefined ? undefined : JSON.stringify(fillJson(step.json))
  const headers = { host, ...Object.fromEntries(Object.entries(step.headers ?? {}).map(([key, value]) => [key, fill(value)])) }
  if (cookies.size > 0) headers.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")
  if (body !== undefined) Object.assign(headers, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
  return new Promise((resolve, reject) => {
    const request = http.request(base + fill(step.path), { method: step.method ?? "GET", headers }, (response) => {
      let text = ""
      response.setEncoding("utf8").on("data", (part) => {
        text += part
      })
      response.on("end", () => resolve({ response, text }))
    })
    request.on("error", reject)
    request.end(body)
  })
}

async function run(step) {
  const { response, text } = await send(step)
  for (const line of response.headers["set-cookie"] ?? []) cookies.set(...line.split(";")[0].split(/=(.*)/s, 2))
  const wrong = (what) => new Error(`${what}: ${response.statusCode} ${text.slice(0, 300)}`)
  if (response.statusCode !== (step.expectStatus ?? 200)) throw wrong("status")
  if (step.expectBody && !text.includes(fill(step.expectBody))) throw wrong("body")
  for (const capture of step.capture ?? []) {
    const value = capture.body ? text : capture.header ? response.headers[capture.header.toLowerCase()] : pointed(JSON.parse(text), capture.pointer)
    if (value === undefined || value === null) throw wrong(`nothing for ${capture.name}`)
    variables[capture.name] = String(value)
  }
}

async function main() {
  let failed = false
  for (const step of steps) {
    if (step.requires === "sampleData" && variables.sampleData === "false") continue
    if (failed && !step.always) continue
    const begin = Date.now()
    try {
      await run(step)
      console.log(`${step.name}: ${Date.now() - begin} ms`)
    } catch (error) {
      console.log(`${step.name}: FAILED, ${error.message}`)
      failed = true
    }
  }
  for (const text of part === "check" ? engine.check.leaves : []) console.log(`leaves: ${fill(text)}`)
  process.exitCode = failed ? 1 : 0
}

main()
