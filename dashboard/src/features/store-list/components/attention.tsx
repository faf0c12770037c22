import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Panel } from "@/components/page/panel";
import { RelativeTime } from "@/components/relative-time";
import { PhaseStatus } from "@/components/stores/phase-status";
import { expiresSoon } from "@/domain/stores/expiry";
import { explain } from "@/domain/stores/failures";
import { needsAttention } from "@/domain/stores/phases";
import type { Store } from "@/lib/api/types";
import { formatDateTime } from "@/lib/time/format";
import classes from "./attention.module.css";

const SHOWN = 4;

interface AttentionProps {
  stores: Store[];
  onShowAll: () => void;
}

/** What a person has to look at, with the reason and what to do. */
export function Attention({ stores, onShowAll }: AttentionProps) {
  if (stores.length === 0) return null;
  return (
    <Panel
      title={stores.length === 1 ? "1 store needs attention" : `${stores.length} stores need attention`}
      tone="negative"
      flush
      aside={
        stores.length > SHOWN ? (
          <Button variant="subtle" size="compact-sm" onClick={onShowAll}>
            Show all
          </Button>
        ) : null
      }
    >
      <ul>
        {stores.slice(0, SHOWN).map((store) => (
          <li key={store.uid} className={classes.entry}>
            <div className={classes.head}>
              <Link to="/stores/$name" params={{ name: store.name }} className={classes.name}>
                {store.name}
              </Link>
              <PhaseStatus phase={store.phase} />
              {store.failure ? (
                <span className={classes.since}>
                  since <RelativeTime at={store.failure.since} />
                </span>
              ) : null}
            </div>
            {needsAttention(store) ? (
              <>
                <p>
                  {store.failure ? explain(store.failure.code).what : "A part of the store is not ready."}
                </p>
                <p className={classes.remedy}>
                  {store.failure?.remedy ?? "Look at its events for the cause."}
                </p>
              </>
            ) : null}
            {store.expiresAt && expiresSoon(store, Date.now()) ? (
              <>
                <p>
                  It deletes itself, with everything in it, on{" "}
                  <time dateTime={store.expiresAt}>{formatDateTime(store.expiresAt)}</time>.
                </p>
                <p className={classes.remedy}>Extend it there, if it is still needed.</p>
              </>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
