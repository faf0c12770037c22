import { IconCircleCheck } from "@tabler/icons-react";
import { Panel } from "@/components/page/panel";
import type { Receipt } from "@/lib/api/types";
import { formatDateTime, formatDuration } from "@/lib/time/format";
import classes from "./receipt-card.module.css";

/** What a teardown removed. */
export function ReceiptCard({ receipt }: { receipt: Receipt }) {
  const kinds = Object.entries(receipt.removed).flatMap(([kind, names]) =>
    Array.isArray(names) ? [{ kind, names: names.map(String) }] : [],
  );
  const count = kinds.reduce((sum, { names }) => sum + names.length, 0);
  return (
    <Panel tone="positive" title="Teardown receipt">
      <p className={classes.lead}>
        <IconCircleCheck size={20} aria-hidden />
        {count} {count === 1 ? "object" : "objects"} removed in {formatDuration(receipt.durationSeconds)}.
        Nothing is left.
      </p>
      <p className={classes.times}>
        Deleted <time dateTime={receipt.finishedAt}>{formatDateTime(receipt.finishedAt)}</time> · team{" "}
        {receipt.team}
      </p>
      <dl className={classes.kinds}>
        {kinds.map(({ kind, names }) => (
          <div key={kind}>
            <dt>{kind}</dt>
            <dd>
              {names.map((name) => (
                <code key={name}>{name}</code>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className={classes.times}>
        Store id <code>{receipt.storeUid}</code>
      </p>
    </Panel>
  );
}
