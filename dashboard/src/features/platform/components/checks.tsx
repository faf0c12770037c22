import { Skeleton } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "@/components/page/error-state";
import { Panel } from "@/components/page/panel";
import { Status } from "@/components/status";
import { readinessQuery } from "../api/platform";
import classes from "./checks.module.css";

const meanings: Record<string, string> = {
  cluster: "The API server of Kubernetes answers, and its stores are known",
  schema: "The tables of PostgreSQL are those of this version",
  database: "PostgreSQL answers: accounts, quotas, events and the audit log",
  controller: "A controller leads and works on the stores",
};

/** What the server says about itself: `/readyz`. */
export function Checks() {
  const readiness = useQuery(readinessQuery);
  return (
    <Panel title="Checks" flush>
      {readiness.data ? (
        <ul className={classes.checks}>
          {readiness.data.checks.map((check) => (
            <li key={check.name}>
              <span>
                <b>{check.name}</b>
                <small>{check.message ?? meanings[check.name]}</small>
              </span>
              {check.ok ? (
                <Status tone="positive" icon={<IconCircleCheck />}>
                  Works
                </Status>
              ) : (
                <Status tone="negative" icon={<IconCircleX />}>
                  Fails
                </Status>
              )}
            </li>
          ))}
          {readiness.data.checks.length === 0 ? <li>This server checks nothing.</li> : null}
        </ul>
      ) : readiness.error ? (
        <ErrorState
          error={readiness.error}
          title="The checks could not be read"
          onRetry={() => void readiness.refetch()}
        />
      ) : (
        <div role="status" aria-label="Loading the checks" className={classes.loading}>
          <Skeleton height={14} mb="md" />
          <Skeleton height={14} mb="md" />
          <Skeleton height={14} />
        </div>
      )}
    </Panel>
  );
}
