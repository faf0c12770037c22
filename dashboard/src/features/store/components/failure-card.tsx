import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { CommandLine } from "@/components/command-line";
import { LinkButton } from "@/components/page/link-button";
import { Panel } from "@/components/page/panel";
import { explain, type FailureAction } from "@/domain/stores/failures";
import { stepLabel } from "@/domain/stores/step-labels";
import { currentStep } from "@/domain/stores/steps";
import { isApiError } from "@/lib/api/api-error";
import type { Failure, Store } from "@/lib/api/types";
import { formatDateTime } from "@/lib/time/format";
import { useRetry } from "../api/store-actions";
import type { SettingsField, StoreTab } from "../store-search";
import classes from "./failure-card.module.css";

interface FailureCardProps {
  store: Store;
  failure: Failure;
  mayChange: boolean;
}

interface FailureLink {
  tab: StoreTab;
  focus?: SettingsField;
  label: string;
  changes: boolean;
}

const links: Partial<Record<FailureAction, FailureLink>> = {
  "change-plan": { tab: "settings", focus: "plan", label: "Change the plan", changes: true },
  "change-hosts": { tab: "settings", focus: "hosts", label: "Change the host names", changes: true },
  "change-values": { tab: "settings", focus: "values", label: "Change the parameters", changes: true },
  logs: { tab: "logs", label: "Read the log", changes: false },
  events: { tab: "events", label: "Look at the events", changes: false },
};

/** What failed, why, the evidence, and what to do. */
export function FailureCard({ store, failure, mayChange }: FailureCardProps) {
  const retry = useRetry(store.name);
  const { what, cause, action } = explain(failure.code);
  const step = currentStep(store.steps);
  const link = links[action];
  const runRetry = () =>
    retry.mutate(undefined, {
      onSuccess: () =>
        notifications.show({
          title: "Trying again",
          message: `${store.name} is on its way; this page follows.`,
        }),
      onError: (error) =>
        notifications.show({
          color: "red",
          title: isApiError(error) ? error.message : "That did not work",
          message: isApiError(error) ? error.remedy : "Try again in a few seconds.",
        }),
    });
  return (
    <Panel tone="negative">
      <div className={classes.card} role="alert">
        <div>
          <h2 className={classes.what}>{what}</h2>
          <p className={classes.where}>
            {step ? <>In the step “{stepLabel(step.name)}”, </> : null}
            {/* Not "5 min ago": an alert is read again with each change of it. */}
            <time dateTime={failure.since}>{formatDateTime(failure.since)}</time> · {failure.code}
          </p>
        </div>
        <dl className={classes.parts}>
          <div>
            <dt>Probable cause</dt>
            <dd>{cause}</dd>
          </div>
          <div>
            <dt>Evidence</dt>
            <dd>
              <pre className={classes.evidence}>{failure.message}</pre>
            </dd>
          </div>
          <div>
            <dt>What to do</dt>
            <dd>{failure.remedy}</dd>
          </div>
        </dl>
        <div className={classes.actions}>
          {action === "quota" ? (
            <LinkButton to="/teams/$team" params={{ team: store.team }}>
              View quota
            </LinkButton>
          ) : null}
          {link && (mayChange || !link.changes) ? (
            <LinkButton
              to="/stores/$name"
              params={{ name: store.name }}
              search={{ tab: link.tab, focus: link.focus }}
            >
              {link.label}
            </LinkButton>
          ) : null}
          {mayChange ? (
            <Button
              variant={action === "retry" ? "filled" : "default"}
              loading={retry.isPending}
              onClick={runRetry}
            >
              Try again
            </Button>
          ) : null}
        </div>
        <details className={classes.further}>
          <summary>Look further with kubectl</summary>
          <div className={classes.commands}>
            <CommandLine command={`kubectl describe store ${store.name}`} />
            {store.namespace ? (
              <CommandLine command={`kubectl -n ${store.namespace} get pods,events,pvc`} />
            ) : null}
            <p className={classes.ids}>
              When you ask for help, quote the store’s id <code>{store.uid}</code>
            </p>
          </div>
        </details>
      </div>
    </Panel>
  );
}
