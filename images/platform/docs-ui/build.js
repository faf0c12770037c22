// node build.js TARGET: puts what /docs serves into the folder TARGET, with compressed forms beside it.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"

const here = dirname(fileURLToPath(import.meta.url))
const swagger = join(here, "node_modules", "swagger-ui-dist")
const files = [
  [here, "index.html"],
  [here, "start.js"],
  [swagger, "swagger-ui.css"],
  [swagger, "swagger-ui-bundle.js"],
  [swagger, "swagger-ui-bundle.js.LICENSE.txt"],
  [swagger, "favicon-32x32.png"],
  [swagger, "LICENSE"],
  [swagger, "NOTICE"],
]

const target = process.argv[2]
if (!target) {
  console.error("usage: node build.js TARGET")
  process.exit(2)
}
mkdirSync(target, { recursive: true })
for (const [folder, name] of files) {
  copyFileSync(join(folder, name), join(target, name))
  if (!/\.(html|js|css)$/.test(name)) continue
  const bytes = readFileSync(join(folder, name))
  writeFileSync(join(target, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }
  writeFileSync(join(target, `${name}.br`), brotliCompressSync(bytes, brotli))
}
