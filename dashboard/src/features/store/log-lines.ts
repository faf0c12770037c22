export interface LogLine {
  number: number;
  /** RFC 3339; empty where the line has no time. */
  at: string;
  text: string;
}

/** As many as are kept: a page that follows a busy store for hours must not eat the machine. */
export const MOST_LINES = 20_000;

/** Lines from text in pieces: each is the time, a space and what the container wrote. */
export class LogParser {
  private rest = "";
  private number = 0;

  feed(piece: string): LogLine[] {
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    return lines.map((line) => this.parse(line.replace(/\r$/, "")));
  }

  /** What stands behind the last line's end. */
  finish(): LogLine[] {
    const rest = this.rest;
    this.rest = "";
    return rest === "" ? [] : [this.parse(rest)];
  }

  private parse(line: string): LogLine {
    this.number += 1;
    const match = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/s.exec(line);
    return { number: this.number, at: match?.[1] ?? "", text: match?.[2] ?? line };
  }
}

export function filterLines(lines: readonly LogLine[], filter: string): readonly LogLine[] {
  const wanted = filter.trim().toLowerCase();
  return wanted === "" ? lines : lines.filter((line) => line.text.toLowerCase().includes(wanted));
}

export function asText(lines: readonly LogLine[]): string {
  return lines.map((line) => (line.at ? `${line.at} ${line.text}` : line.text)).join("\n");
}
