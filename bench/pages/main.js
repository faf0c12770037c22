// node main.js --url URL --stores N [--score N] [--inp MS] [--json FILE]; see bench/dashboard.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch, logIn } from "./browser.js";
import { measureInteractions } from "./interactions.js";
import { score } from "./lighthouse.js";
import { measureScrolling } from "./scrolling.js";

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    stores: { type: "string" },
    score: { type: "string", default: "95" },
    inp: { type: "string", default: "50" },
    json: { type: "string" },
  },
});
const goals = { score: Number(values.score), inp: Number(values.inp), fps: 59 };
const profile = mkdtempSync(join(tmpdir(), "storefleet-pages-"));
const missed = [];
const result = {};
try {
  const { context, port } = await launch(profile);
  const page = await context.newPage();
  await logIn(page, values.url, process.env.STOREFLEET_ADMIN_PASSWORD);

  result.lighthouse = {};
  for (const [name, path] of [["home", "/"], ["store", "/stores/shop-00000"]]) {
    for (const form of ["desktop", "mobile"]) {
      const found = await score(values.url + path, port, form);
      result.lighthouse[`${name}-${form}`] = found;
      const line = Object.entries(found.scores).map(([category, value]) => `${category} ${value}`).join(", ");
      console.log(`Lighthouse, ${name}, ${form}: ${line} (LCP ${found.lcp} ms, TBT ${found.tbt} ms, CLS ${found.cls})`);
      for (const audit of found.lost) console.log(`  lost points: ${audit}`);
      // A phone of Lighthouse has a slow network and a quarter of the processor: shown, but no goal.
      const below = Object.entries(found.scores).filter(([, value]) => value < goals.score);
      if (form === "desktop" && below.length > 0) missed.push(`${name}: ${below.map(([category]) => category).join(", ")} below ${goals.score}`);
    }
  }

  result.scrolling = await measureScrolling(page, values.url, Number(values.stores));
  const { frames, fps, late, worst } = result.scrolling;
  console.log(`scrolling ${values.stores} stores: ${fps.toFixed(1)} frames/s over ${frames} frames, ${late} late (over 25 ms), the longest ${worst.toFixed(1)} ms`);
  if (fps < goals.fps) missed.push(`scrolling: ${fps.toFixed(1)} frames/s`);

  result.interactions = await measureInteractions(page, values.url);
  for (const [name, { longest, count }] of Object.entries(result.interactions)) {
    const { duration, what, waits, works } = longest;
    const why = count > 0 ? ` (${what}: ${waits} ms until it is handled, ${works} ms to handle it)` : "";
    console.log(`interaction: ${name}: ${count} events, the longest ${duration} ms${why}`);
    if (duration > goals.inp) missed.push(`${name}: ${duration} ms`);
  }
  await context.close();
} finally {
  rmSync(profile, { recursive: true, force: true });
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
if (missed.length > 0) console.log(`missed: ${missed.join("; ")}`);
process.exitCode = missed.length > 0 ? 1 : 0;
