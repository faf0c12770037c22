import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { Panel } from "@/components/page/panel";
import { RelativeTime } from "@/components/relative-time";
import { Status } from "@/components/status";
import type { Platform } from "@/lib/api/types";
import classes from "./controller.module.css";

/** Whether the cluster keeps stores from each other. Nothing from a server that does not tell it yet. */
export function Isolation({ isolation }: { isolation: Platform["isolation"] | undefined }) {
  if (!isolation) return null;
  const { state, required, evidence, since, lookedAt } = isolation;
  return (
    <Panel title="Isolation of stores" aside={<Verdict state={state} />}>
      <dl className={classes.facts}>
        {since ? (
          <div>
            <dt>Since</dt>
            <dd>
              <RelativeTime at={since} />
            </dd>
          </div>
        ) : null}
        {lookedAt ? (
          <div>
            <dt>Last tried</dt>
            <dd>
              <RelativeTime at={lookedAt} />
            </dd>
          </div>
        ) : null}
        <div>
          <dt>Required</dt>
          <dd>{required ? "Yes" : "No"}</dd>
        </div>
      </dl>
      <p className={classes.advice}>{evidence}</p>
      {state === "Enforced" ? null : (
        <p className={classes.advice}>
          {required
            ? "No new store is made until this is seen to work; stores that exist go on."
            : "New stores are made all the same, since the platform’s values do not require it."}
        </p>
      )}
    </Panel>
  );
}

function Verdict({ state }: { state: Platform["isolation"]["state"] }) {
  if (state === "Enforced")
    return (
      <Status tone="positive" icon={<IconCircleCheck />}>
        Enforced
      </Status>
    );
  if (state === "NotEnforced")
    return (
      <Status tone="negative" icon={<IconCircleX />}>
        Not enforced
      </Status>
    );
  return (
    <Status tone="caution" icon={<IconAlertTriangle />}>
      Unknown
    </Status>
  );
}
