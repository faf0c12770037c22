import type { Step, Store } from "@/lib/api/types";
import { stepNames } from "./step-labels";

type StepName = Step["name"];

/** The step that is being worked on; the failed one where one failed. */
export function currentStep(steps: readonly Step[]): Step | undefined {
  return steps.find((step) => step.state === "Failed") ?? steps.find((step) => step.state === "Running");
}

export function stepSeconds(step: Step, now: number): number | undefined {
  if (!step.startedAt || step.state === "Skipped") return undefined;
  const end = step.finishedAt ? Date.parse(step.finishedAt) : now;
  return Math.max(0, (end - Date.parse(step.startedAt)) / 1000);
}

/** From the first step's start to the last one's end, or until now while one runs. */
export function totalSeconds(steps: readonly Step[], now: number): number {
  const starts = steps.flatMap((step) => (step.startedAt ? [Date.parse(step.startedAt)] : []));
  if (starts.length === 0) return 0;
  const open = steps.some(
    (step) => step.state === "Running" || (step.state === "Failed" && !step.finishedAt),
  );
  const ends = steps.flatMap((step) => (step.finishedAt ? [Date.parse(step.finishedAt)] : []));
  return Math.max(0, ((open || ends.length === 0 ? now : Math.max(...ends)) - Math.min(...starts)) / 1000);
}

/** Milliseconds since 1970. */
export function firstStart(steps: readonly Step[]): number {
  return Math.min(...steps.flatMap((step) => (step.startedAt ? [Date.parse(step.startedAt)] : [])));
}

/** Milliseconds: within one change, a step begins at once where another has ended. */
const PAUSE = 1_000;

/**
 * The steps of the last change or restart since the store was first ready; empty where there was none. The others keep
 * the times of the creation or of an earlier change, which may be long ago.
 */
export function repeatedSteps(store: Store): Step[] {
  const { steps, readySeconds, phase } = store;
  if (readySeconds === undefined || phase === "Deleting") return [];
  const ready = firstStart(steps) + readySeconds * 1000;
  const spans = steps
    .flatMap((step) =>
      step.startedAt ? [{ step, start: Date.parse(step.startedAt), end: endOf(step) }] : [],
    )
    .filter(({ start }) => start > ready)
    .sort((one, other) => other.end - one.end);
  const last = new Set<Step>();
  let begin = spans[0]?.end ?? 0;
  for (const { step, start, end } of spans) {
    if (end < begin - PAUSE) break;
    begin = Math.min(begin, start);
    last.add(step);
  }
  return steps.filter((step) => last.has(step));
}

function endOf(step: Step): number {
  return step.finishedAt ? Date.parse(step.finishedAt) : Number.POSITIVE_INFINITY;
}

/** What the steps tell of: the creation, a change of the store, its end. */
export function stepsTitle(store: Store): string {
  if (store.phase === "Deleting") return "Teardown";
  if (store.readySeconds === undefined) return "How it is being made";
  if (store.phase === "Updating") return "How it is being changed";
  return repeatedSteps(store).length > 0 ? "Last change" : "How it was made";
}

export interface Estimate {
  /** Typical seconds of each step, from its own start. */
  steps: Map<StepName, number>;
  /** Typical seconds from creation to Ready. */
  total: number;
  /** From how many stores. */
  from: number;
}

interface Day {
  day: string;
  count: number;
  p50Seconds: number;
  stepP50Seconds: Record<string, number>;
}

/** What creating usually takes, from the platform's figures of one engine: those of the newest day. */
export function estimateFromHistory(days: readonly Day[]): Estimate | undefined {
  const newest = days.reduce<Day | undefined>(
    (best, day) => (!best || day.day > best.day ? day : best),
    undefined,
  );
  if (!newest) return undefined;
  return {
    steps: new Map(
      stepNames.flatMap((name) => {
        const seconds = newest.stepP50Seconds[name];
        return seconds === undefined ? [] : [[name, seconds] as const];
      }),
    ),
    total: newest.p50Seconds,
    from: newest.count,
  };
}
