import { IconCheck, IconCircleDashed, IconLoader2, IconPlayerSkipForward, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { stepLabel } from "@/domain/stores/step-labels";
import { type Estimate, firstStart, repeatedSteps, stepSeconds, totalSeconds } from "@/domain/stores/steps";
import type { Step, Store } from "@/lib/api/types";
import { formatDuration } from "@/lib/time/format";
import { useNow } from "@/lib/time/use-now";
import classes from "./timeline.module.css";

const signs: Record<Step["state"], { icon: ReactNode; word: string }> = {
  Pending: { icon: <IconCircleDashed />, word: "to do" },
  Running: { icon: <IconLoader2 />, word: "running" },
  Done: { icon: <IconCheck />, word: "done" },
  Failed: { icon: <IconX />, word: "failed" },
  Skipped: { icon: <IconPlayerSkipForward />, word: "skipped" },
};

interface TimelineProps {
  store: Store;
  /** What creating usually takes; only for a creation. */
  estimate?: Estimate | undefined;
}

/**
 * The real steps, drawn to scale: when each began, how long it took, and what is usual for those to come. After a
 * change only those that it did again are timed.
 */
export function Timeline({ store, estimate }: TimelineProps) {
  const { steps } = store;
  const running = steps.some((step) => step.state === "Running");
  const now = useNow(100, running);
  const repeated = repeatedSteps(store);
  const timed = repeated.length > 0 ? repeated : steps;
  const elapsed = totalSeconds(timed, now);
  const start = firstStart(timed);
  const scale = Math.max(elapsed, running ? (estimate?.total ?? 0) : 0, 0.1);
  const done = steps.filter((step) => step.state === "Done" || step.state === "Skipped").length;
  const percent = (seconds: number) => `${Math.min(100, (seconds / scale) * 100)}%`;

  return (
    <div>
      <p className={classes.summary} role="status">
        {done < steps.length
          ? `${done} of ${steps.length} steps`
          : timed === steps
            ? `All ${steps.length} steps`
            : `${timed.length} of ${steps.length} steps again`}
        {elapsed > 0 ? <b aria-live="off"> {formatDuration(elapsed)}</b> : null}
        {running && estimate ? <Usual estimate={estimate} elapsed={elapsed} /> : null}
      </p>
      <ol className={classes.steps}>
        {steps.map((step) => {
          const seconds = timed.includes(step) ? stepSeconds(step, now) : undefined;
          const usual = estimate?.steps.get(step.name);
          const left = step.startedAt ? (Date.parse(step.startedAt) - start) / 1000 : 0;
          return (
            <li key={step.name} className={classes.step} data-state={step.state}>
              <span className={classes.icon} aria-hidden>
                {signs[step.state].icon}
              </span>
              <span className={classes.label}>
                {stepLabel(step.name)}
                <span className="visually-hidden">, {signs[step.state].word}</span>
              </span>
              <span className={classes.track} aria-hidden>
                {seconds === undefined ? null : (
                  <span className={classes.bar} style={{ left: percent(left), width: percent(seconds) }} />
                )}
              </span>
              <span className={classes.time}>
                {seconds !== undefined ? (
                  formatDuration(seconds)
                ) : usual !== undefined && step.state === "Pending" ? (
                  <span className={classes.usual}>about {formatDuration(usual)}</span>
                ) : null}
              </span>
              {step.message && step.state !== "Done" ? (
                <span className={classes.message}>{step.message}</span>
              ) : null}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function Usual({ estimate, elapsed }: { estimate: Estimate; elapsed: number }) {
  const from = estimate.from === 1 ? "the last store" : `the last ${estimate.from} stores`;
  return (
    <span className={classes.usual}>
      {elapsed > estimate.total * 1.5
        ? ` longer than usual: ${from} took ${formatDuration(estimate.total)}`
        : ` of about ${formatDuration(estimate.total)}, as ${from} took`}
    </span>
  );
}
