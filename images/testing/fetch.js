/** fetch.js METHOD URL [BODY] [HEADER...]: prints the status, the headers and the body. Redirects are not followed. */
"use strict"
const http = require("node:http")

// A reader such as head takes the first lines only.
process.stdout.on("error", () => process.exit(0))
const [, , method, url, body = "", ...lines] = process.argv
const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]))
if (body !== "") headers["Content-Length"] = Buffer.byteLength(body)
const request = http.request(url, { method, headers, timeout: 30_000 }, (response) => {
  console.log(response.statusCode)
  for (let at = 0; at < response.rawHeaders.length; at += 2) console.log(`${response.rawHeaders[at]}: ${response.rawHeaders[at + 1]}`)
  console.log("")
  response.pipe(process.stdout)
})
request.on("timeout", () => request.destroy(new Error("no answer in 30 s")))
request.on("error", (error) => console.log(`0\n${error.message}`))
request.end(body)
