import type { StreamNews, StreamState } from "./messages";
import { SseParser } from "./sse-parser";

/** The server says something at least every 15 s. */
const SILENCE = 40_000;
/** A shorter gap, as at the planned end of every stream after 10 minutes, is not worth a word. */
const GAP = 5_000;
const LONGEST_WAIT = 15_000;

class SessionOver extends Error {}
class Refused extends Error {
  readonly wait: number;
  constructor(wait: number) {
    super("refused");
    this.wait = wait;
  }
}

/**
 * One connection to GET /api/v1/stream that is kept up: connects again with the last id. Not an EventSource:
 * that cannot see a 401, and gives up on a 503.
 */
export class StreamConnection {
  private readonly emit: (news: StreamNews) => void;
  private readonly url: string;
  private running: AbortController | undefined;
  private lastId: string | undefined;
  private gap: ReturnType<typeof setTimeout> | undefined;
  state: StreamState = "connecting";

  constructor(url: string, emit: (news: StreamNews) => void) {
    this.url = url;
    this.emit = emit;
  }

  start() {
    if (this.running) return;
    const controller = new AbortController();
    this.running = controller;
    this.say("connecting");
    void this.keepUp(controller.signal);
  }

  stop() {
    this.running?.abort();
    this.running = undefined;
    this.lastId = undefined;
    clearTimeout(this.gap);
    this.gap = undefined;
  }

  private say(state: StreamState) {
    if (state === "live" || state === "ended") {
      clearTimeout(this.gap);
      this.gap = undefined;
    }
    if (this.state === state) return;
    this.state = state;
    this.emit({ kind: "state", state });
  }

  private expectSoon() {
    this.gap ??= setTimeout(() => this.say("lost"), GAP);
  }

  private async keepUp(signal: AbortSignal) {
    let wait = 500;
    this.expectSoon();
    while (!signal.aborted) {
      try {
        wait = await this.readOnce(signal, () => {
          wait = 500;
        });
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof SessionOver) {
          this.stop();
          this.say("ended");
          return;
        }
        wait =
          error instanceof Refused
            ? Math.max(wait, error.wait)
            : Math.min(Math.max(wait * 2, 500), LONGEST_WAIT);
      }
      if (signal.aborted) return;
      this.expectSoon();
      // Many browsers lose a restarted server at once: they shall not all come back at once.
      await pause(wait * (0.7 + Math.random() * 0.6), signal);
    }
  }

  /** Reads until the stream ends; how long to wait then. */
  private async readOnce(signal: AbortSignal, onLive: () => void): Promise<number> {
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    signal.addEventListener("abort", giveUp, { once: true });
    let watchdog = setTimeout(giveUp, SILENCE);
    try {
      const headers: Record<string, string> =
        this.lastId === undefined ? {} : { "Last-Event-ID": this.lastId };
      const response = await fetch(this.url, { headers, credentials: "same-origin", signal: attempt.signal });
      if (response.status === 401) throw new SessionOver();
      if (response.status === 400) this.lastId = undefined;
      if (!response.ok || !response.body) throw new Refused(retryAfter(response));
      const parser = new SseParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(giveUp, SILENCE);
        const messages = parser.feed(value);
        this.lastId = parser.lastId ?? this.lastId;
        for (const message of messages) this.emit({ kind: "message", ...message });
        onLive();
        this.say("live");
      }
      return parser.retryMilliseconds ?? 1000;
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener("abort", giveUp);
      attempt.abort();
    }
  }
}

function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get("Retry-After") ?? "2");
  return Number.isFinite(seconds) ? seconds * 1000 : 2000;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
