import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ErrorState } from "@/components/page/error-state";
import { ForbiddenPage } from "@/components/page/forbidden-page";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { PhaseStatus, phaseTone } from "@/components/stores/phase-status";
import { useMe } from "@/domain/session/me";
import { isAdmin } from "@/domain/session/permissions";
import { whatFailed } from "@/domain/stores/failures";
import type { Phase, Platform } from "@/lib/api/types";
import { platformQuery } from "../api/platform";
import { BarRows } from "../components/bar-rows";
import { Checks } from "../components/checks";
import { Controller } from "../components/controller";
import { Isolation } from "../components/isolation";
import { Provisioning } from "../components/provisioning";
import classes from "./platform-page.module.css";

const route = getRouteApi("/platform");

export function PlatformPage() {
  const me = useMe();
  return isAdmin(me) ? (
    <PlatformHealth />
  ) : (
    <ForbiddenPage title="Platform health">
      Admins of the platform see how it does. The list of stores tells how yours do.
    </ForbiddenPage>
  );
}

function PlatformHealth() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const platform = useQuery(platformQuery);
  return (
    <Page title="Platform health" width="wide">
      <div className={classes.columns}>
        <Checks />
        {platform.data ? (
          <Controller platform={platform.data} />
        ) : platform.data === null ? null : (
          <Waiting error={platform.error} onRetry={() => void platform.refetch()} />
        )}
        {platform.data ? (
          <>
            <Phases stores={platform.data.stores} />
            <Failures failures={platform.data.failures} />
            <Isolation isolation={platform.data.isolation} />
          </>
        ) : null}
      </div>
      <Provisioning
        search={search}
        onChange={(change) =>
          void navigate({
            search: (before) => ({ ...before, ...change }),
            replace: true,
            resetScroll: false,
          })
        }
      />
    </Page>
  );
}

function Waiting({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <Panel>
      {error ? (
        <ErrorState error={error} title="The state of the platform could not be loaded" onRetry={onRetry} />
      ) : (
        <div role="status" aria-label="Loading the state of the platform">
          <Skeleton height={14} mb="md" />
          <Skeleton height={14} mb="md" />
          <Skeleton height={14} width="70%" />
        </div>
      )}
    </Panel>
  );
}

function Phases({ stores }: { stores: Platform["stores"] }) {
  const rows = Object.entries(stores).flatMap(([phase, count]) =>
    isPhase(phase) && count > 0 ? { phase, count } : [],
  );
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  rows.sort((a, b) => b.count - a.count);
  return (
    <Panel title="Stores by phase" aside={<span className={classes.total}>{total.toLocaleString()}</span>}>
      {rows.length === 0 ? (
        <p className={classes.none}>There are no stores.</p>
      ) : (
        <BarRows
          caption="Stores by phase"
          rows={rows.map(({ phase, count }) => ({
            key: phase,
            label: (
              <Link to="/" search={{ phase }} className={classes.link}>
                <PhaseStatus phase={phase} />
              </Link>
            ),
            value: count,
            tone: phaseTone(phase),
          }))}
        />
      )}
    </Panel>
  );
}

function Failures({ failures }: { failures: Platform["failures"] }) {
  const rows = [...failures].sort((a, b) => b.count - a.count);
  return (
    <Panel title="Failures now">
      {rows.length === 0 ? (
        <p className={classes.none}>No store has failed.</p>
      ) : (
        <BarRows
          caption="Stores by failure"
          rows={rows.map(({ code, count }) => ({
            key: code,
            label: (
              <>
                {code}
                <small className={classes.what}>{whatFailed(code)}</small>
              </>
            ),
            value: count,
            tone: "negative",
          }))}
        />
      )}
    </Panel>
  );
}

const known: Record<Phase, true> = {
  Pending: true,
  Provisioning: true,
  Ready: true,
  Degraded: true,
  Sleeping: true,
  Updating: true,
  Retained: true,
  Deleting: true,
  Failed: true,
};

function isPhase(text: string): text is Phase {
  return text in known;
}
