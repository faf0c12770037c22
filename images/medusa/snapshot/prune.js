/**
 * Copies the packages that the server needs: those that Medusa depends on, without the ones that only build the
 * administration pages or talk to services that a store does not have, and without what is not code.
 *
 *   prune.js BUILD TARGET
 */
"use strict"
const fs = require("node:fs")
const path = require("node:path")

const ROOTS = ["@medusajs/medusa", "@medusajs/framework"]

// Where the search for dependencies stops.
const LEFT_OUT = [
  // the administration pages are built already
  /^@medusajs\/(admin-.*|dashboard|ui|icons|js-sdk)$/,
  /^(react|react-dom|react-router.*|vite|rollup|esbuild|typescript|tailwindcss|figlet|chokidar)$/,
  /^@(tanstack|radix-ui|babel|vitejs|swc|types|esbuild|rollup)\//,
  // services that this store's configuration does not use
  /^@medusajs\/(analytics-posthog|auth-github|auth-google|cache-redis|caching-redis|event-bus-redis|file-s3|locking-redis|notification-sendgrid|workflow-engine-redis|payment-stripe)$/,
  /^@(opentelemetry|aws-sdk|smithy|posthog|grpc|sendgrid)\//,
  /^(posthog-node|bullmq)$/,
]
// What is left out above all the same, because it is loaded.
const KEPT = [/^@opentelemetry\/api$/, /^@babel\/runtime$/]

const NOT_CODE = /(\.map|\.d\.[cm]?ts|\.tsx?|\.md|\.markdown|\.flow|\.tsbuildinfo|CHANGELOG.*|AUTHORS|\.npmignore)$/
const NOT_CODE_FOLDER = /^(__tests__|__mocks__|__fixtures__|test|tests|oas|docs|examples?|\.github|benchmarks?|umd)$/

const isLeftOut = (name) => LEFT_OUT.some((pattern) => pattern.test(name)) && !KEPT.some((pattern) => pattern.test(name))

function locate(name, from) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = path.join(folder, "node_modules", name)
    if (fs.existsSync(path.join(place, "package.json"))) return place
    if (folder === path.dirname(folder)) return null
  }
}

function needed(build) {
  const places = new Set()
  const visit = (name, from) => {
    if (isLeftOut(name)) return
    const place = locate(name, from)
    if (!place || places.has(place)) return
    places.add(place)
    const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(fs.readFileSync(path.join(place, "package.json"), "utf8"))
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) visit(dependency, place)
  }
  for (const root of ROOTS) visit(root, build)
  return places
}

/** A few packages serve code from folders with such names. */
const isCode = (place, entry) => !NOT_CODE_FOLDER.test(entry.name) || !place.includes("/@medusajs/") && fs.readdirSync(path.join(place, entry.name)).some((name) => /\.[cm]?js$/.test(name))

function copy(source, target, top) {
  fs.mkdirSync(target, { recursive: true })
  for (const entry of fs.readdirSync(source, { withFileTypes: true })) {
    const from = path.join(source, entry.name)
    const to = path.join(target, entry.name)
    if (entry.isDirectory()) {
      // Packages inside packages are copied on their own.
      if (entry.name === "node_modules" && top) continue
      if (isCode(source, entry)) copy(from, to, false)
    } else if (entry.isFile() && !NOT_CODE.test(entry.name)) fs.copyFileSync(from, to)
  }
}

const [, , build, target] = process.argv
const places = needed(build)
for (const place of places) {
  // A newer zod for the server: the one that Medusa names makes 60 functions for each of its 9,000 schemas, which is
  // half of all memory and a second at start. The administration pages are built with Medusa's own.
  const source = place === path.join(build, "node_modules/zod") ? path.join(build, "newer/node_modules/zod") : place
  copy(source, path.join(target, path.relative(build, place)), true)
}
// Medusa makes these folders when it looks for migrations; the image is read-only.
for (const place of places) {
  const code = path.join(target, path.relative(build, place), "dist")
  if (place.includes("/@medusajs/") && fs.existsSync(code)) fs.mkdirSync(path.join(code, "migrations"), { recursive: true })
}
console.log(`${places.size} packages`)
