import { useEffect, useRef, useState } from "react";
import { ApiError, isApiError, networkError } from "@/lib/api/api-error";
import type { Problem } from "@/lib/api/types";
import { session } from "@/lib/session/session";
import { type LogLine, LogParser, MOST_LINES } from "../log-lines";

export interface LogChoice {
  name: string;
  component: string;
  container: string;
  previous: boolean;
  follow: boolean;
}

interface LogState {
  lines: readonly LogLine[];
  /** Pod and container. */
  source: string | undefined;
  state: "loading" | "following" | "ended" | "failed";
  error: unknown;
}

const BATCH = 120;
const nothing: LogState = { lines: [], source: undefined, state: "loading", error: undefined };

/**
 * The lines of a container's log as they come. Not in the query cache: a stream of text is no state of the server
 * that anything else could want. While paused, lines are kept but not shown.
 */
export function useStoreLogs(choice: LogChoice, paused: boolean, attempt: number) {
  const [log, setLog] = useState<LogState>(nothing);
  const [waiting, setWaiting] = useState(0);
  const hold = useRef(paused);
  const release = useRef<() => void>(() => undefined);
  hold.current = paused;
  const { name, component, container, previous, follow } = choice;

  useEffect(() => {
    if (!paused) release.current();
  }, [paused]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt reads again
  useEffect(() => {
    const controller = new AbortController();
    let kept: LogLine[] = [];
    let pending: LogLine[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      clearTimeout(timer);
      timer = undefined;
      if (hold.current) {
        setWaiting(pending.length);
        return;
      }
      kept = [...kept, ...pending].slice(-MOST_LINES);
      pending = [];
      setWaiting(0);
      setLog((before) => ({ ...before, lines: kept }));
    };
    release.current = show;
    const add = (lines: LogLine[]) => {
      pending = [...pending, ...lines].slice(-MOST_LINES);
      if (lines.length > 0) timer ??= setTimeout(show, BATCH);
    };
    setLog(nothing);
    setWaiting(0);
    readLog(
      { name, component, container, previous, follow },
      controller.signal,
      (source) => {
        setLog((before) => ({ ...before, source, state: follow ? "following" : "loading" }));
      },
      add,
    )
      .then(() => {
        show();
        setLog((before) => ({ ...before, state: "ended" }));
      })
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        show();
        setLog((before) => ({ ...before, state: "failed", error }));
      });
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [name, component, container, previous, follow, attempt]);

  return { ...log, waiting };
}

async function readLog(
  choice: LogChoice,
  signal: AbortSignal,
  onStart: (source: string | undefined) => void,
  onLines: (lines: LogLine[]) => void,
) {
  const query = new URLSearchParams({ component: choice.component, tail: "1000" });
  if (choice.container) query.set("container", choice.container);
  if (choice.previous) query.set("previous", "true");
  else if (choice.follow) query.set("follow", "true");
  let response: Response;
  try {
    response = await fetch(`/api/v1/stores/${encodeURIComponent(choice.name)}/logs?${query}`, {
      signal,
      credentials: "same-origin",
    });
    if (response.status === 401) session.end();
    if (!response.ok || !response.body) {
      const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
      throw new ApiError({ ...problem, status: response.status });
    }
    onStart(response.headers.get("Storefleet-Log-Source") ?? undefined);
    const parser = new LogParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      onLines(parser.feed(value));
    }
    onLines(parser.finish());
  } catch (error) {
    throw isApiError(error) ? error : networkError();
  }
}
