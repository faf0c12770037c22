import { describe, expect, it } from "vitest";
import { SseParser } from "./sse-parser";

const stream =
  'retry: 2000\n\nid: 41\nevent: event\ndata: {"a":1}\n\nevent: store\ndata: x\ndata: y\n\n:\nid: 42\n\n';

describe("SseParser", () => {
  it("reads messages, ids and the retry time", () => {
    const parser = new SseParser();
    expect(parser.feed(stream)).toEqual([
      { event: "event", data: '{"a":1}' },
      { event: "store", data: "x\ny" },
    ]);
    expect(parser.lastId).toBe("42");
    expect(parser.retryMilliseconds).toBe(2000);
  });

  it("does not care where the pieces end", () => {
    for (let cut = 1; cut < stream.length; cut += 1) {
      const parser = new SseParser();
      const messages = [...parser.feed(stream.slice(0, cut)), ...parser.feed(stream.slice(cut))];
      expect(messages, `cut at ${cut}`).toHaveLength(2);
      expect(parser.lastId).toBe("42");
    }
  });

  it("understands lines that end with CR LF", () => {
    expect(new SseParser().feed("event: store\r\ndata: x\r\n\r\n")).toEqual([{ event: "store", data: "x" }]);
  });
});
