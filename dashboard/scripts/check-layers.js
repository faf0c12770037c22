// src/app → src/features/<name> → src/components → src/domain → src/lib: an import goes down only, a feature imports no
// other feature, and nothing imports in a circle. Inside a feature: routes → components → api and the words beside them.
// One file re-exports nothing of another.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src", import.meta.url));
const endings = ["", ".ts", ".tsx", ".d.ts", "/index.ts"];
const files = readdirSync(source, { recursive: true })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join(source, name));
const known = new Set(files);
const problems = [];

const layers = ["lib", "domain", "components", "features", "app"];
const shelves = ["api", "components", "routes"];
function placeOf(file) {
  const [layer, feature, shelf] = relative(source, file).split("/");
  // main.tsx and what tests need stand above all.
  return {
    level: layers.includes(layer) ? layers.indexOf(layer) : layers.length,
    feature: layer === "features" ? feature : "",
    shelf: layer === "features" ? Math.max(0, shelves.indexOf(shelf)) : 0,
  };
}

function importsOf(file) {
  const found = [];
  // Types vanish when built, but hold files together all the same.
  for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)) {
    if (!path.startsWith(".") && !path.startsWith("@/")) continue;
    const base = path.startsWith("@/") ? join(source, path.slice(2)) : resolve(dirname(file), path);
    const target = endings.map((ending) => base + ending).find((candidate) => known.has(candidate));
    if (target) found.push(target);
    else if (!/\.css$|\/all$|schema$/.test(path))
      problems.push(`${relative(source, file)}: there is no ${path}`);
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
    const test = /\.test\.tsx?$/.test(file);
    if (to.level > from.level && !test)
      problems.push(`${relative(source, file)} imports ${relative(source, target)}`);
    if (from.feature && to.feature && from.feature !== to.feature) {
      problems.push(`${relative(source, file)} imports another feature: ${relative(source, target)}`);
    }
    if (from.feature === to.feature && to.shelf > from.shelf)
      problems.push(`${relative(source, file)} imports ${relative(source, target)}`);
  }
}

for (const file of files) {
  const [layer, ...rest] = relative(source, file).split("/");
  if (rest.length > 0 && !layers.includes(layer))
    problems.push(`${relative(source, file)} is in none of ${layers.join(", ")}`);
}

// A component of Mantine without its style sheet looks broken, and nothing else says so.
const sheets = readFileSync(join(source, "app/styles/all.ts"), "utf8");
const mantine = fileURLToPath(new URL("../node_modules/@mantine/core/styles/", import.meta.url));
for (const file of files) {
  for (const [, names] of readFileSync(file, "utf8").matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)) {
    for (const name of names.split(",").map((one) => one.trim())) {
      if (existsSync(join(mantine, `${name}.css`)) && !sheets.includes(`/${name}.layer.css`)) {
        problems.push(
          `${relative(source, file)} uses ${name}, whose style sheet is not in app/styles/all.ts`,
        );
      }
    }
  }
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
