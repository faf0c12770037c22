// Writes the types of the API's contract to src/lib/api/schema.d.ts. Runs before every build, check and test, so
// that they cannot be older than the contract.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";

// In a copy of this folder that was made for a build, the contract lies beside it.
const contract = ["../inputs/openapi.yaml", "../../backend/openapi.yaml"]
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));
if (!contract) {
  console.error("There is no backend/openapi.yaml to generate the types from.");
  process.exit(1);
}
const target = fileURLToPath(new URL("../src/lib/api/schema.d.ts", import.meta.url));
const ast = await openapiTypescript(contract, {
  defaultNonNullable: false,
  emptyObjectsUnknown: true,
  silent: true,
});
const text = `// Generated from backend/openapi.yaml by scripts/generate-types.js.\n${astToString(ast)}`;
if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
