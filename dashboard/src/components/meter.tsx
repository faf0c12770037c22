import classes from "./meter.module.css";

interface MeterProps {
  label: string;
  used: number;
  /** Absent: no limit, so no bar. */
  limit: number | undefined;
  format: (value: number) => string;
}

/** How much of a limit is used, in words and as a bar. */
export function Meter({ label, used, limit, format }: MeterProps) {
  return (
    <div className={classes.meter}>
      <span className={classes.amount}>
        <span>{label}</span>
        <span>
          {limit === undefined ? `${format(used)}, no limit` : `${format(used)} of ${format(limit)}`}
        </span>
      </span>
      {limit === undefined ? null : (
        <span className={classes.bar} aria-hidden data-level={levelOf(used, limit)}>
          <span style={{ width: `${limit === 0 ? 100 : Math.min(100, (100 * used) / limit)}%` }} />
        </span>
      )}
      {limit !== undefined && used >= limit ? (
        <span className={classes.full}>
          {used > limit ? "Over the limit" : "Used up"}: nothing can be added.
        </span>
      ) : null}
    </div>
  );
}

function levelOf(used: number, limit: number): "low" | "high" | "full" {
  if (used >= limit) return "full";
  return used >= 0.9 * limit ? "high" : "low";
}
