/**
 * Records what the server loads, and writes it as one file for server/packed-code.js. Required with
 * --require before the server starts; packs when the process gets SIGUSR2.
 *
 *   STORE_PACK  the folder to write
 */
"use strict"
const fs = require("node:fs")
const Module = require("node:module")
const path = require("node:path")
const { compile, run } = require(path.join(process.env.STORE_PROJECT, "server/packed-code.js"))

const files = new Map()
const requests = {}

const ordinaryRequire = Module.prototype.require
Module.prototype.require = function (request) {
  if (this.filename && !Module.isBuiltin(request)) {
    const filename = Module._resolveFilename(request, this, false)
    if (/\.c?js$/.test(filename)) (requests[this.path] ??= {})[request] = filename
  }
  return ordinaryRequire.call(this, request)
}

// import("name") becomes a function of the loader; only in Medusa's own compiled files, which are CommonJS.
const withoutImport = (filename, source) =>
  filename.includes("/@medusajs/") ? source.replace(/\bimport\((?=["'`a-z])/g, "importPacked(") : source

const { minify } = readMinifier()
function readMinifier() {
  const { transformSync } = Module.createRequire(path.join(process.env.STORE_BUILD_MODULES, "x.js"))("esbuild")
  // Names stay: Medusa, MikroORM and awilix read them from functions.
  const options = { minifyWhitespace: true, legalComments: "none", target: "node20", loader: "js", charset: "utf8" }
  return { minify: (source) => transformSync(source, options).code }
}

function isCommonJs(filename) {
  if (/\.[cm]js$/.test(filename)) return filename.endsWith(".cjs")
  for (let folder = path.dirname(filename); folder !== "/"; folder = path.dirname(folder)) {
    const description = path.join(folder, "package.json")
    if (fs.existsSync(description)) return JSON.parse(fs.readFileSync(description, "utf8")).type !== "module"
  }
  return true
}

const ordinaryLoader = Module._extensions[".js"]
Module._extensions[".js"] = (module, filename) => {
  if (!isCommonJs(filename)) return ordinaryLoader(module, filename)
  const source = minify(withoutImport(filename, fs.readFileSync(filename, "utf8").replace(/^#!.*/, "")))
  const script = compile(filename, source)
  files.set(filename, { source, script })
  run(script, module)
}

process.on("SIGUSR2", () => {
  const folder = process.env.STORE_PACK
  fs.mkdirSync(folder, { recursive: true })
  const index = { files: [], requests: {} }
  const numbers = new Map()
  const sources = []
  const compiled = []
  let sourceEnd = 0
  let compiledEnd = 0
  for (const [name, { source, script }] of files) {
    // biome-ignore lint: a control character is what is looked for
    const latin = /^[\x00-\xff]*$/.test(source)
    const text = Buffer.from(source, latin ? "latin1" : "utf8")
    // Now, after the tour: with the functions that were compiled meanwhile.
    const code = script.createCachedData()
    numbers.set(name, index.files.length)
    index.files.push({
      name,
      latin,
      source: [sourceEnd, sourceEnd + text.length],
      compiled: [compiledEnd, compiledEnd + code.length],
    })
    sources.push(text)
    compiled.push(code)
    sourceEnd += text.length
    compiledEnd += code.length
  }
  for (const [name, answers] of Object.entries(requests)) {
    const known = Object.entries(answers).filter(([, filename]) => numbers.has(filename))
    if (known.length > 0) index.requests[name] = Object.fromEntries(known.map(([request, filename]) => [request, numbers.get(filename)]))
  }
  fs.writeFileSync(path.join(folder, "sources"), Buffer.concat(sources))
  fs.writeFileSync(path.join(folder, "compiled"), Buffer.concat(compiled))
  fs.writeFileSync(path.join(folder, "index.json"), JSON.stringify(index))
  console.error(`packed ${files.size} files: ${sourceEnd >> 20} MB of text, ${compiledEnd >> 20} MB of code`)
  process.exit(0)
})
