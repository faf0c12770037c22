import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SharedConnection } from "./shared-connection";

let opened: number;
let closed: number;
let send: (text: string) => void;

beforeEach(() => {
  vi.useFakeTimers();
  opened = 0;
  closed = 0;
  vi.stubGlobal("fetch", async (_url: string, options: RequestInit) => {
    opened += 1;
    return new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          send = (text) => controller.enqueue(new TextEncoder().encode(text));
          send('id: 1\nevent: resync\ndata: {"sequence":1}\n\n');
          options.signal?.addEventListener("abort", () => {
            closed += 1;
            controller.error(new Error("aborted"));
          });
        },
        cancel() {},
      }),
    );
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is one connection for all pages, tells a later page the newest events, and ends with the last page", async () => {
  const shared = new SharedConnection("/stream");
  const first = vi.fn();
  const second = vi.fn();
  shared.take("hello", first);
  await vi.advanceTimersByTimeAsync(100);
  send("id: 2\nevent: event\ndata: two\n\n");
  await vi.advanceTimersByTimeAsync(100);
  const before = opened;
  shared.take("hello", second);
  expect(opened).toBe(before);
  expect(second.mock.calls.map(([news]) => news.data ?? news.state)).toEqual(["two", "live"]);
  shared.take("bye", first);
  await vi.advanceTimersByTimeAsync(100);
  const stillOpen = closed;
  shared.take("bye", second);
  await vi.advanceTimersByTimeAsync(100);
  expect(closed).toBe(stillOpen + 1);
  expect(second).toHaveBeenCalledTimes(2);
});
