export interface SseMessage {
  event: string;
  data: string;
}

/**
 * Server-sent events from text in pieces (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * `lastId` and `retryMilliseconds` are what the stream said so far.
 */
export class SseParser {
  lastId: string | undefined;
  retryMilliseconds: number | undefined;
  private rest = "";
  private event = "";
  private data: string[] = [];

  /** The messages that are whole after this piece. */
  feed(text: string): SseMessage[] {
    const messages: SseMessage[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") {
        this.field(line);
        continue;
      }
      if (this.data.length > 0) messages.push({ event: this.event || "message", data: this.data.join("\n") });
      this.event = "";
      this.data = [];
    }
    return messages;
  }

  private field(line: string) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.event = value;
    else if (name === "id") this.lastId = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.retryMilliseconds = Number(value);
  }
}
