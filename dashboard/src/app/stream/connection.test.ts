import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StreamConnection } from "./connection";
import type { StreamNews } from "./messages";

/** A server that answers each connection as the next script says; a script without an end stays open. */
type Script = { status?: number; chunks?: string[]; open?: boolean; headers?: Record<string, string> };

describe("StreamConnection", () => {
  let news: StreamNews[];
  let asked: (string | null)[];
  let scripts: Script[];
  let connection: StreamConnection;

  beforeEach(() => {
    vi.useFakeTimers();
    news = [];
    asked = [];
    vi.stubGlobal("fetch", async (_url: string, options: RequestInit) => {
      asked.push(new Headers(options.headers).get("Last-Event-ID"));
      const script = scripts.shift();
      if (!script) throw new TypeError("refused");
      const { status = 200, chunks = [], open = false, headers = {} } = script;
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
          if (!open) controller.close();
          options.signal?.addEventListener("abort", () => {
            if (open) controller.error(new DOMException("aborted", "AbortError"));
          });
        },
      });
      return new Response(status === 200 ? body : null, { status, headers });
    });
    connection = new StreamConnection("/stream", (one) => news.push(one));
  });

  afterEach(() => {
    connection.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const states = () => news.flatMap((one) => (one.kind === "state" ? [one.state] : []));
  const events = () => news.flatMap((one) => (one.kind === "message" ? [one.event] : []));
  const resync = (id: number) => `id: ${id}\nevent: resync\ndata: {"sequence":${id},"complete":true}\n\n`;

  it("goes on after the last id", async () => {
    scripts = [
      { chunks: ["id: 999\nevent: event\ndata: {}\n\n", resync(1000)] },
      { chunks: [resync(1002)], open: true },
    ];
    connection.start();
    await vi.advanceTimersByTimeAsync(4000);
    expect(asked).toEqual([null, "1000"]);
    expect(events()).toEqual(["event", "resync", "resync"]);
    expect(states()).toEqual(["live"]);
  });

  it("says that the connection is lost only after some seconds, and when it is back", async () => {
    scripts = [{ chunks: [resync(1)] }];
    connection.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(states()).toEqual(["live"]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(states()).toEqual(["live", "lost"]);
    scripts = [{ chunks: [resync(1)], open: true }];
    await vi.advanceTimersByTimeAsync(20_000);
    expect(states()).toEqual(["live", "lost", "live"]);
  });

  it("stops at the end of a session, and starts again when told", async () => {
    scripts = [{ status: 401 }];
    connection.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states()).toEqual(["ended"]);
    expect(asked).toHaveLength(1);
    scripts = [{ chunks: [resync(0)], open: true }];
    connection.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(connection.state).toBe("live");
  });

  it("waits as long as a server that is full wants", async () => {
    scripts = [{ status: 503, headers: { "Retry-After": "10" } }, { status: 503 }];
    connection.start();
    await vi.advanceTimersByTimeAsync(6000);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(8000);
    expect(asked).toHaveLength(2);
  });

  it("begins anew where the server does not know the id", async () => {
    scripts = [{ chunks: [resync(500)] }, { status: 400 }, { chunks: [resync(3)], open: true }];
    connection.start();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toEqual([null, "500", null]);
    expect(connection.state).toBe("live");
  });

  it("gives up a connection that is silent for too long", async () => {
    scripts = [
      { chunks: [resync(1)], open: true },
      { chunks: [resync(1)], open: true },
    ];
    connection.start();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(asked).toHaveLength(2);
  });

  it("does not hammer a server that is away", async () => {
    scripts = [];
    connection.start();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(asked.length).toBeLessThan(20);
    expect(asked.length).toBeGreaterThan(5);
  });
});
