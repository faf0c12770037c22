/**
 * Uploaded files, on the store's volume; nginx serves them. Their addresses are paths without a host, so
 * that they hold under every name of the store, with http and https, and after the address changed.
 */
"use strict"
const { ModuleProvider, Modules } = require("@medusajs/framework/utils")
const { LocalFileService } = require("@medusajs/file-local/dist/services/local-file.js")
const { randomUUID } = require("node:crypto")
const path = require("node:path")

class StoreFiles extends LocalFileService {
  static identifier = "storefleet-files"

  constructor(container, options) {
    super(container, options)
    this.getUploadFileUrl = (key) => `/static/${key.split("/").map(encodeURIComponent).join("/")}`
  }

  upload(file) {
    return super.upload(unguessable(file))
  }

  getUploadStream(file) {
    return super.getUploadStream(unguessable(file))
  }
}

/** Whoever knows the name of a private file (an export) can read it. */
function unguessable(file) {
  if (file.access === "public" || !file.filename) return file
  const { dir, base } = path.parse(file.filename)
  return { ...file, filename: path.join(dir, `${randomUUID()}-${base}`) }
}

module.exports = ModuleProvider(Modules.FILE, { services: [StoreFiles] })
