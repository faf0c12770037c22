import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ErrorState } from "@/components/page/error-state";
import { Panel } from "@/components/page/panel";
import { formatBytes, formatCores, formatResource } from "@/domain/quantity/format";
import type { Store, Usage } from "@/lib/api/types";
import { usageQuery } from "../api/usage";
import { type Sample, withSample } from "../usage-history";
import classes from "./metrics-tab.module.css";
import { UsageChart } from "./usage-chart";

const EVERY = 5_000;
/** 1 MiB, 2 MiB, 4 MiB, … */
const binaryIncrements = Array.from({ length: 24 }, (_, power) => 2 ** (20 + power));

/** What was measured while the dashboard has been open, by store: the platform itself keeps no history. */
const histories = new Map<string, readonly Sample[]>();

export function MetricsTab({ store }: { store: Store }) {
  const usage = useQuery({ ...usageQuery(store.name), refetchInterval: EVERY });
  const [history, setHistory] = useState<readonly Sample[]>(() => histories.get(store.uid) ?? []);
  useEffect(() => {
    if (!usage.data) return;
    const next = withSample(histories.get(store.uid) ?? [], usage.data);
    histories.set(store.uid, next);
    setHistory(next);
  }, [usage.data, store.uid]);

  if (!usage.data) {
    return (
      <Panel>
        {usage.error ? (
          <ErrorState
            error={usage.error}
            title="The usage could not be loaded"
            onRetry={() => void usage.refetch()}
          />
        ) : (
          <div role="status" aria-label="Loading the usage">
            <Skeleton height={180} />
          </div>
        )}
      </Panel>
    );
  }
  const limitOf = (resource: string) => usage.data.quota.find((quota) => quota.resource === resource)?.hard;
  return (
    <div className={classes.stack}>
      {usage.data.unavailable ? (
        <Panel tone="caution">
          <p>There are no measurements: {usage.data.unavailable}</p>
        </Panel>
      ) : (
        <div className={classes.charts}>
          <Panel>
            <UsageChart
              title="CPU"
              history={history}
              value="cpuCores"
              limit={limitOf("limits.cpu")}
              format={formatCores}
            />
          </Panel>
          <Panel>
            <UsageChart
              title="Memory"
              history={history}
              value="memoryBytes"
              limit={limitOf("limits.memory")}
              format={formatBytes}
              increments={binaryIncrements}
            />
          </Panel>
          <p className={classes.note}>
            Measured every few seconds while this page is open. The limits are the plan’s, for all parts
            together.
          </p>
        </div>
      )}
      <div className={classes.charts}>
        <Panel title="Parts and volumes" flush>
          <Parts usage={usage.data} />
        </Panel>
        <Panel title="Reserved of the plan’s quota">
          <Quota usage={usage.data} />
        </Panel>
      </div>
    </div>
  );
}

function Parts({ usage }: { usage: Usage }) {
  return (
    <ul className={classes.parts}>
      {usage.pods.map((pod) => (
        <li key={pod.name}>
          <span>
            <b>{pod.component}</b>
            <small>
              {pod.name} · {pod.phase}
            </small>
          </span>
          <span>
            {pod.cpuCores === undefined ? "" : formatCores(pod.cpuCores)}
            {pod.memoryBytes === undefined ? "" : ` · ${formatBytes(pod.memoryBytes)}`}
          </span>
        </li>
      ))}
      {usage.volumes.map((volume) => (
        <li key={volume.name}>
          <span>
            <b>{volume.name}</b>
            <small>Volume · {volume.phase}</small>
          </span>
          <span>{formatBytes(volume.capacityBytes ?? volume.requestedBytes)}</span>
        </li>
      ))}
      {usage.pods.length + usage.volumes.length === 0 ? <li>Nothing runs.</li> : null}
    </ul>
  );
}

const resourceNames: Record<string, string> = {
  "limits.cpu": "CPU, at most",
  "limits.memory": "Memory, at most",
  "requests.cpu": "CPU, reserved",
  "requests.memory": "Memory, reserved",
  "requests.storage": "Storage",
  pods: "Pods",
  persistentvolumeclaims: "Volumes",
};

function Quota({ usage }: { usage: Usage }) {
  const shown = usage.quota.filter((quota) => quota.hard > 0 && quota.resource in resourceNames);
  return (
    <ul className={classes.quota}>
      {shown.map(({ resource, hard, used }) => (
        <li key={resource}>
          <span className={classes.amount}>
            <span>{resourceNames[resource]}</span>
            <span>
              {formatResource(resource, used)} of {formatResource(resource, hard)}
            </span>
          </span>
          <meter
            className={classes.meter}
            aria-label={resourceNames[resource]}
            min={0}
            max={hard}
            high={hard * 0.9}
            optimum={0}
            value={used}
          />
        </li>
      ))}
      {shown.length === 0 ? <li>The plan has no quota.</li> : null}
    </ul>
  );
}
