import type { Step, Store } from "@/lib/api/types";
import { stepNames } from "@/lib/stores/step-labels";

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

/**
 * The steps that were done again since the store was first ready, by a change or a restart; empty where none was. The
 * others keep the times of the creation, which may be long ago.
 */
export function repeatedSteps(store: Store): Step[] {
  const { steps, readySeconds, phase } = store;
  if (readySeconds === undefined || phase === "Deleting") return [];
  const ready = firstStart(steps) + readySeconds * 1000;
  return steps.filter((step) => step.startedAt && Date.parse(step.startedAt) > ready);
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
