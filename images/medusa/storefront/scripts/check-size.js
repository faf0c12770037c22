// What a first visit loads must stay small: fails when the compressed files are over their budget.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budgets = { js: 40_000, css: 8_000 };
const assets = new URL("../dist/assets/", import.meta.url);
let failed = false;
for (const [type, budget] of Object.entries(budgets)) {
  const files = readdirSync(assets).filter((name) => name.endsWith(`.${type}`));
  const size = files.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, assets))).length, 0);
  const fits = files.length > 0 && size <= budget;
  failed ||= !fits;
  console.log(`${type}: ${size} of ${budget} bytes compressed${fits ? "" : ", too much"}`);
}
process.exit(failed ? 1 : 0);
