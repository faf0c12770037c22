import { Link } from "@tanstack/react-router";
import { Panel } from "@/components/page/panel";
import { RelativeTime } from "@/components/relative-time";
import type { StoreEvent } from "@/lib/api/types";
import { formatDuration } from "@/lib/time/format";
import { useActivity } from "../api/activity";
import classes from "./activity.module.css";

const SHOWN = 12;

/** What happened lately, of all stores. */
export function Activity() {
  const events = useActivity();
  return (
    <Panel title="Recent activity" flush>
      {events.length === 0 ? (
        <p className={classes.nothing}>
          Nothing among the newest events. What happens to stores shows up here.
        </p>
      ) : (
        <ul className={classes.list}>
          {events.slice(0, SHOWN).map((event) => (
            <li key={event.sequence} className={classes.entry} data-type={event.type}>
              <span className={classes.text}>
                <Link to="/stores/$name" params={{ name: event.storeName }} className={classes.name}>
                  {event.storeName}
                </Link>{" "}
                {tell(event)}
              </span>
              <span className={classes.when}>
                <RelativeTime at={event.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const became: Record<string, string> = {
  Pending: "was asked for",
  Provisioning: "is being made",
  Ready: "became ready",
  Degraded: "is degraded",
  Sleeping: "went to sleep",
  Updating: "is being updated",
  Retained: "was deleted and is kept",
  Deleting: "is being deleted",
  Failed: "failed",
};

/** "Provisioning → Ready." in words; any other event with its own message. */
function tell(event: StoreEvent): string {
  const phase = event.reason === "PhaseChanged" ? /→ (\w+)/.exec(event.message)?.[1] : undefined;
  const text = phase ? became[phase] : undefined;
  if (!text) return `${event.reason}: ${event.message}`;
  return event.durationSeconds === undefined ? text : `${text} in ${formatDuration(event.durationSeconds)}`;
}
