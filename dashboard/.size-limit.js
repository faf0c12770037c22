// The first load of the home page: everything that its two modules need. Fails above the budget.
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("dist/.vite/manifest.json", import.meta.url), "utf8"));
const home = "src/features/store-list/routes/home-page.tsx";

function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const imported of chunk.imports ?? []) filesOf(imported, seen);
  return seen;
}

const files = filesOf(home, filesOf("index.html"));
export default [
  {
    name: "first load of the home page, JS and CSS",
    path: [...files].map((file) => `dist/${file}`),
    limit: "250 kB",
    gzip: true,
  },
];
