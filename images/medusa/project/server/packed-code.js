/**
 * Loads modules from one file with their compiled code. Finding, reading and compiling Medusa's 5,000 files
 * one by one takes longer than everything else at start; which files there are was recorded when the image
 * was built (see snapshot/pack-code.js), and cannot change in a read-only image.
 *
 * What was not recorded is loaded by Node as usual.
 */
"use strict"
const fs = require("node:fs")
const Module = require("node:module")
const path = require("node:path")
const vm = require("node:vm")

const WRAPPER = ["(function (exports, require, module, __filename, __dirname, importPacked) { ", "\n})"]

/**
 * V8 takes a cache only from a process with the same flags. Those that differ between the build and a store are the
 * sizes of the heap, which no code depends on: each cache gets the mark of this process' flags. Where V8 keeps the
 * mark elsewhere one day, it refuses the caches and compiles: slower, not wrong.
 */
const FLAGS = [12, 16]
const ownFlags = new vm.Script("0").createCachedData().subarray(...FLAGS)

/** Compiles one file as Node would; `compiled` is V8's cache for exactly this text. */
function compile(filename, source, compiled) {
  return new vm.Script(WRAPPER[0] + source + WRAPPER[1], {
    filename,
    cachedData: compiled,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
}

/** The require function of a module, with the parts of Node's own that packages use. */
function requireFor(module) {
  const require = (request) => module.require(request)
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options)
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module)
  require.main = process.mainModule
  require.cache = Module._cache
  require.extensions = Module._extensions
  return require
}

/** import() of a CommonJS file, without the analysis that Node does to find the names of its exports. */
function importOf(module) {
  return async (request) => {
    const exported = module.require(request)
    return { default: exported, ...exported }
  }
}

function run(script, module) {
  const filename = module.filename
  script
    .runInThisContext()
    .call(module.exports, module.exports, requireFor(module), module, filename, path.dirname(filename), importOf(module))
}

/**
 * Reads the index and takes over require(). Returns a function that gives the memory back once the server has
 * started (what is loaded later is read from the disk), or null where nothing was packed.
 */
function usePackedCode(folder) {
  let index
  try {
    index = JSON.parse(fs.readFileSync(path.join(folder, "index.json"), "utf8"))
  } catch (error) {
    if (error.code === "ENOENT") return null
    throw error
  }
  const sources = readerOf(path.join(folder, "sources"))
  const compiled = readerOf(path.join(folder, "compiled"))
  const files = new Map(index.files.map((file) => [file.name, file]))
  // For every folder: what its files ask for, and the file that it is.
  const answers = new Map(
    Object.entries(index.requests).map(([name, requests]) => [
      name,
      new Map(Object.entries(requests).map(([request, number]) => [request, index.files[number]])),
    ]),
  )
  const ordinaryRequire = Module.prototype.require
  Module.prototype.require = function (request) {
    const file = answers.get(this.path)?.get(request)
    if (file === undefined) return ordinaryRequire.call(this, request)
    const known = Module._cache[file.name]
    return known === undefined ? load(file, this).exports : known.exports
  }
  const ordinaryLoader = Module._extensions[".js"]
  Module._extensions[".js"] = (module, filename) => {
    const file = files.get(filename)
    if (file === undefined) return ordinaryLoader(module, filename)
    evaluate(file, module)
  }
  function evaluate(file, module) {
    const source = sources.read(file.source).toString(file.latin ? "latin1" : "utf8")
    const code = compiled.read(file.compiled)
    ownFlags.copy(code, FLAGS[0])
    run(compile(file.name, source, code), module)
  }
  function load(file, parent) {
    const module = new Module(file.name, parent)
    module.filename = file.name
    module.paths = Module._nodeModulePaths(module.path)
    Module._cache[file.name] = module
    try {
      evaluate(file, module)
    } catch (error) {
      delete Module._cache[file.name]
      throw error
    }
    module.loaded = true
    return module
  }
  return () => {
    sources.forget()
    compiled.forget()
  }
}

/** Parts of a file: from memory until forget(), then from the disk. */
function readerOf(name) {
  let content = fs.readFileSync(name)
  return {
    read([start, end]) {
      if (content) return content.subarray(start, end)
      const part = Buffer.allocUnsafe(end - start)
      const descriptor = fs.openSync(name)
      fs.readSync(descriptor, part, 0, part.length, start)
      fs.closeSync(descriptor)
      return part
    },
    forget() {
      content = null
    },
  }
}

module.exports = { compile, run, usePackedCode }
