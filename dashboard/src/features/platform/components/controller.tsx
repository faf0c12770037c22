import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { Panel } from "@/components/page/panel";
import { RelativeTime } from "@/components/relative-time";
import { Status } from "@/components/status";
import type { Platform } from "@/lib/api/types";
import { useNow } from "@/lib/time/use-now";
import { leaderState } from "../leader";
import classes from "./controller.module.css";

export function Controller({ platform }: { platform: Platform }) {
  const now = useNow(5_000);
  const { identity, leadingSince, renewedAt } = platform.controller;
  const state = leaderState(platform.controller, now);
  const pending = platform.queue.pending;
  return (
    <Panel
      title="Controller"
      aside={
        state === "leads" ? (
          <Status tone="positive" icon={<IconCircleCheck />}>
            Leads
          </Status>
        ) : (
          <Status tone="caution" icon={<IconAlertTriangle />}>
            {state === "none" ? "Nobody leads" : "Silent"}
          </Status>
        )
      }
    >
      <dl className={classes.facts}>
        {identity ? (
          <div>
            <dt>Leader</dt>
            <dd>
              <code>{identity}</code>
            </dd>
          </div>
        ) : null}
        {leadingSince ? (
          <div>
            <dt>Leads since</dt>
            <dd>
              <RelativeTime at={leadingSince} />
            </dd>
          </div>
        ) : null}
        {renewedAt ? (
          <div>
            <dt>Last sign of life</dt>
            <dd>
              <RelativeTime at={renewedAt} />
            </dd>
          </div>
        ) : null}
        <div>
          <dt>Stores being worked on</dt>
          <dd>{pending.toLocaleString()}</dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{platform.version}</dd>
        </div>
      </dl>
      {state === "leads" ? null : (
        <p className={classes.advice}>
          Stores keep running, but nothing is created, changed or deleted until a controller leads. Look at it
          with <code>kubectl -n storefleet-system get pods</code>.
        </p>
      )}
    </Panel>
  );
}
