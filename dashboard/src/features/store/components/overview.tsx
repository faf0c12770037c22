import { LinkButton } from "@/components/page/link-button";
import { Panel } from "@/components/page/panel";
import { RelativeTime } from "@/components/relative-time";
import { useEngines } from "@/domain/engines/engines";
import { wasDeleted } from "@/domain/stores/phases";
import { stepsTitle } from "@/domain/stores/steps";
import type { Store } from "@/lib/api/types";
import { formatDuration } from "@/lib/time/format";
import { useEstimate } from "../api/estimate";
import { FailureCard } from "./failure-card";
import classes from "./overview.module.css";
import { ReadyCard } from "./ready-card";
import { Timeline } from "./timeline";

interface OverviewProps {
  store: Store;
  mayChange: boolean;
}

export function Overview({ store, mayChange }: OverviewProps) {
  const creating = store.readySeconds === undefined && !wasDeleted(store.phase);
  const estimate = useEstimate(store);
  const answers =
    store.url !== undefined && (!creating || store.phase === "Sleeping") && !wasDeleted(store.phase);
  return (
    <div className={classes.columns}>
      <div className={classes.main}>
        {store.failure ? <FailureCard store={store} failure={store.failure} mayChange={mayChange} /> : null}
        {store.phase === "Retained" ? <Retained store={store} mayChange={mayChange} /> : null}
        {answers ? <ReadyCard store={store} mayChange={mayChange} /> : null}
        {store.steps.length > 0 ? (
          <Panel title={stepsTitle(store)}>
            <Timeline store={store} estimate={estimate} />
          </Panel>
        ) : (
          <Panel title="How it is being made">
            <p role="status">The platform has the order and is about to begin.</p>
          </Panel>
        )}
      </div>
      <Details store={store} />
    </div>
  );
}

function Retained({ store, mayChange }: OverviewProps) {
  return (
    <Panel title="Deleted, and kept" tone="caution">
      <p className={classes.text}>
        Somebody deleted it in the cluster while its delete protection was on. Nothing of it runs; its data,
        name and place in the quota stay.
      </p>
      {mayChange ? (
        <LinkButton
          to="/stores/$name"
          params={{ name: store.name }}
          search={{ tab: "danger" }}
          variant="default"
        >
          Let it go
        </LinkButton>
      ) : null}
    </Panel>
  );
}

function Details({ store }: { store: Store }) {
  const { data: engines } = useEngines();
  const engine = engines?.find((one) => one.name === store.engine)?.displayName ?? store.engine;
  const waitingUpgrade = store.conditions.find((one) => one.type === "Upgrading" && !one.status);
  return (
    <Panel title="Details">
      <dl className={classes.details}>
        <dt>Engine</dt>
        <dd>
          {engine} {store.engineVersion}
        </dd>
        {waitingUpgrade ? (
          <>
            <dt>Upgrade</dt>
            <dd>{waitingUpgrade.message}</dd>
          </>
        ) : null}
        <dt>Plan</dt>
        <dd>{store.plan}</dd>
        <dt>Team</dt>
        <dd>{store.team}</dd>
        <dt>Created</dt>
        <dd>
          <RelativeTime at={store.createdAt} />
        </dd>
        {store.readySeconds === undefined ? null : (
          <>
            <dt>Ready in</dt>
            <dd>{formatDuration(store.readySeconds)}</dd>
          </>
        )}
        {store.adminEmail ? (
          <>
            <dt>Admin e-mail</dt>
            <dd>{store.adminEmail}</dd>
          </>
        ) : null}
        {store.note ? (
          <>
            <dt>Note</dt>
            <dd>{store.note}</dd>
          </>
        ) : null}
        <dt>Sample data</dt>
        <dd>{store.sampleData ? "Yes" : "No"}</dd>
        {store.namespace ? (
          <>
            <dt>Namespace</dt>
            <dd>
              <code>{store.namespace}</code>
            </dd>
          </>
        ) : null}
      </dl>
    </Panel>
  );
}
