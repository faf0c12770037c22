import { Skeleton } from "@mantine/core";
import classes from "./table-skeleton.module.css";

const rows = ["a", "b", "c", "d", "e"];

/** Where a table will be; `label` says what is loading. */
export function TableSkeleton({ label }: { label: string }) {
  return (
    <div role="status">
      <div aria-hidden>
        {rows.map((row) => (
          <div key={row} className={classes.row}>
            <Skeleton height={14} width="28%" />
            <Skeleton height={14} width="18%" />
            <Skeleton height={14} width="12%" ml="auto" />
          </div>
        ))}
      </div>
      <span className="visually-hidden">{label}</span>
    </div>
  );
}
