import { IconCircleCheck, IconCircleX, IconPlayerSkipForward } from "@tabler/icons-react";
import { Status } from "@/components/status";
import type { CheckReport } from "@/lib/api/types";
import { formatDuration } from "@/lib/time/format";
import classes from "./check-result.module.css";

/** What the order test found. */
export function CheckResult({ report }: { report: CheckReport }) {
  return (
    <div className={classes.report} role="status">
      <p>
        {report.passed ? (
          <Status tone="positive" icon={<IconCircleCheck />}>
            The store sells
          </Status>
        ) : (
          <Status tone="negative" icon={<IconCircleX />}>
            The order test failed
          </Status>
        )}
      </p>
      <ol className={classes.steps}>
        {report.steps.map((step) => (
          <li key={step.name} data-outcome={step.outcome}>
            {step.outcome === "Passed" ? (
              <IconCircleCheck size={16} aria-label="passed" role="img" />
            ) : step.outcome === "Failed" ? (
              <IconCircleX size={16} aria-label="failed" role="img" />
            ) : (
              <IconPlayerSkipForward size={16} aria-label="skipped" role="img" />
            )}
            <span>
              {step.name}
              {step.message ? <span className={classes.message}> {step.message}</span> : null}
            </span>
            <span className={classes.time}>{formatDuration(step.seconds)}</span>
          </li>
        ))}
      </ol>
      {report.leaves.length > 0 ? (
        <p className={classes.message}>It leaves behind: {report.leaves.join("; ")}</p>
      ) : null}
    </div>
  );
}
