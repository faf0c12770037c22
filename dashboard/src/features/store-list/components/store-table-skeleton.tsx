import { Skeleton } from "@mantine/core";
import { Panel } from "@/components/page/panel";
import classes from "./store-table-skeleton.module.css";

const rows = ["a", "b", "c", "d", "e", "f"];

export function StoreTableSkeleton() {
  return (
    <Panel flush>
      <div aria-hidden>
        {rows.map((row) => (
          <div key={row} className={classes.row}>
            <Skeleton width={32} height={32} />
            <Skeleton height={14} width="35%" />
            <Skeleton height={14} width="15%" ml="auto" />
          </div>
        ))}
      </div>
      <span className="visually-hidden" role="status">
        Loading the stores
      </span>
    </Panel>
  );
}
