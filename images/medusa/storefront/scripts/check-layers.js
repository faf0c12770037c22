// src/app → src/pages/<name> → src/components → src/domain → src/lib: an import goes down only, a page imports no other
// page, and nothing imports in a circle. One file re-exports nothing of another.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src", import.meta.url));
const endings = ["", ".ts", ".tsx"];
const names = readdirSync(source, { recursive: true }).filter((name) => /\.(tsx?|css)$/.test(name));
const files = names.map((name) => join(source, name));
const known = new Set(files);
const problems = [];

const layers = ["lib", "domain", "components", "pages", "app"];
function placeOf(file) {
  const [layer, page] = relative(source, file).split("/");
  // main.tsx stands above all.
  return {
    level: layers.includes(layer) ? layers.indexOf(layer) : layers.length,
    page: layer === "pages" ? page : "",
  };
}

function importsOf(file) {
  const found = [];
  // Types vanish when built, but hold files together all the same.
  for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)) {
    if (!path.startsWith(".")) continue;
    const base = resolve(dirname(file), path);
    const target = endings.map((ending) => base + ending).find((candidate) => known.has(candidate));
    if (target) found.push(target);
    else problems.push(`${relative(source, file)}: there is no ${path}`);
  }
  return found;
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));
for (const [file, targets] of graph) {
  const from = placeOf(file);
  if (/(^|\n)export (\*|\{[^}]*\}) from /.test(readFileSync(file, "utf8"))) {
    problems.push(`${relative(source, file)} re-exports another file`);
  }
  for (const target of targets) {
    const to = placeOf(target);
    if (to.level > from.level) problems.push(`${relative(source, file)} imports ${relative(source, target)}`);
    if (from.page && to.page && from.page !== to.page) {
      problems.push(`${relative(source, file)} imports another page: ${relative(source, target)}`);
    }
  }
}

for (const file of files) {
  const [layer, ...rest] = relative(source, file).split("/");
  if (rest.length > 0 && !layers.includes(layer))
    problems.push(`${relative(source, file)} is in none of ${layers.join(", ")}`);
}

const state = new Map();
function visit(file, path) {
  if (state.get(file) === "done") return;
  if (state.get(file) === "open") {
    const circle = [...path.slice(path.indexOf(file)), file].map((one) => relative(source, one));
    problems.push(`circle: ${circle.join(" → ")}`);
    return;
  }
  state.set(file, "open");
  for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
  state.set(file, "done");
}
for (const file of files) visit(file, []);

for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
