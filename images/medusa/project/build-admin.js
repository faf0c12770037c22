/** Builds the administration pages into the folder that is given; nginx serves them. */
"use strict"
const path = require("node:path")
const { build } = require("@medusajs/admin-bundler")
const { getResolvedPlugins } = require("@medusajs/framework/utils")

async function main(target) {
  const config = require("./medusa-config.js")
  const plugins = await getResolvedPlugins(__dirname, config, true)
  await build({
    ...config.admin,
    disable: false,
    sources: [],
    plugins: plugins.filter((plugin) => plugin.admin?.type === "package").map((plugin) => plugin.admin.resolve),
    outDir: path.resolve(target),
  })
}

main(process.argv[2])
