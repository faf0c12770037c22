import { useCallback, useEffect, useState } from "preact/hooks";

export type Loaded<T> =
  | { name: "loading" }
  | { name: "failed"; error: unknown; retry: () => void }
  | { name: "ready"; value: T };

type Outcome = { key: string; value: unknown } | { key: string; error: unknown };

// What was shown before is shown at once when the visitor comes back, and then brought up to date.
const shownBefore = new Map<string, unknown>();

/** Loads what `key` stands for; tries again by itself when a lost connection comes back. */
export function useLoad<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [outcome, setOutcome] = useState<Outcome>();
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => {
    setOutcome(undefined);
    setAttempt((count) => count + 1);
  }, []);

  // The key stands for the function
  useEffect(() => {
    let wanted = true;
    load().then(
      (value) => {
        shownBefore.set(key, value);
        if (wanted) setOutcome({ key, value });
      },
      (error: unknown) => {
        shownBefore.delete(key);
        if (wanted) setOutcome({ key, error });
      },
    );
    return () => {
      wanted = false;
    };
  }, [key, attempt]);

  const failed = outcome !== undefined && outcome.key === key && "error" in outcome;
  useEffect(() => {
    if (!failed) return;
    window.addEventListener("online", retry);
    return () => window.removeEventListener("online", retry);
  }, [failed, retry]);

  if (outcome?.key === key) {
    if ("error" in outcome) return { name: "failed", error: outcome.error, retry };
    return { name: "ready", value: outcome.value as T };
  }
  if (shownBefore.has(key)) return { name: "ready", value: shownBefore.get(key) as T };
  return { name: "loading" };
}
