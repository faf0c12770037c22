import { expect, it } from "vitest";
import { asText, filterLines, LogParser } from "./log-lines";

const text = "2026-11-24T11:15:02.1Z ready to go\nno time\n2026-11-24T11:15:03.1Z last";

it("reads lines wherever the pieces end", () => {
  for (let cut = 0; cut <= text.length; cut += 1) {
    const parser = new LogParser();
    const lines = [...parser.feed(text.slice(0, cut)), ...parser.feed(text.slice(cut)), ...parser.finish()];
    expect(lines.map((line) => [line.at, line.text])).toEqual([
      ["2026-11-24T11:15:02.1Z", "ready to go"],
      ["", "no time"],
      ["2026-11-24T11:15:03.1Z", "last"],
    ]);
    expect(asText(lines)).toBe(text);
    expect(new Set(lines.map((line) => line.number)).size).toBe(3);
  }
});

it("filters without regard to case", () => {
  const lines = [...new LogParser().feed("An Error\nfine\n")];
  expect(filterLines(lines, "error").map((line) => line.text)).toEqual(["An Error"]);
  expect(filterLines(lines, " ")).toBe(lines);
});
