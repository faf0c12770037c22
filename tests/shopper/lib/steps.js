import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** A step that failed: its name, why, and where the picture of the page is. */
export class StepFailure extends Error {
  constructor(step, reason, screenshot) {
    super(`Step "${step}" failed: ${reason}${screenshot ? ` Screenshot: ${screenshot}` : ""}`);
  }
}

/** Runs the steps of a journey and takes the time of each. */
export class Steps {
  done = [];

  /** Without a folder only the picture of a failure is kept, in the folder for temporary files. */
  constructor(page, folder) {
    this.page = page;
    this.folder = folder;
    if (folder) mkdirSync(folder, { recursive: true });
  }

  async run(name, work) {
    const begin = performance.now();
    try {
      const result = await work(this.page);
      this.done.push({ name, seconds: Number(((performance.now() - begin) / 1000).toFixed(2)) });
      if (this.folder) await this.picture(join(this.folder, `${this.done.length}-${slug(name)}.png`));
      return result;
    } catch (error) {
      const path = join(this.folder ?? tmpdir(), `failed-${slug(name)}-${process.pid}.png`);
      const taken = await this.picture(path).then(
        () => path,
        () => undefined,
      );
      // Without what follows the path: a log-in token is no matter for a log.
      throw new StepFailure(name, `${firstLines(error)} At ${this.page.url().split("?")[0]}.`, taken);
    }
  }

  async picture(path) {
    await this.page.screenshot({ path, fullPage: true });
  }
}

function slug(name) {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

// The browser driver adds a long log of its calls.
function firstLines(error) {
  const text = stripVTControlCharacters(String(error?.message ?? error)).split(
    /\n\s*Call log:|\nCall log:/,
  )[0];
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/([^.!?])$/, "$1.");
}
