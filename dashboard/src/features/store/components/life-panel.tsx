import { Button } from "@mantine/core";
import { IconArrowBackUp, IconArrowUp, IconMoon, IconSun } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ProblemAlert } from "@/components/forms/problem-alert";
import { Panel } from "@/components/page/panel";
import { wasDeleted } from "@/domain/stores/phases";
import { isApiError } from "@/lib/api/api-error";
import type { Engine, Store } from "@/lib/api/types";
import { type StoreMethod, useStoreMethod } from "../api/store-actions";
import classes from "./life-panel.module.css";

interface LifePanelProps {
  store: Store;
  engine: Engine | undefined;
  onChanged?: () => void;
}

/** What one does to a running store as a whole. */
export function LifePanel({ store, engine, onChanged }: LifePanelProps) {
  const method = useStoreMethod(store.name);
  const newest = engine?.versions[0];
  // A version that the platform has no more is none to go back to.
  const before =
    store.rollback && engine?.versions.includes(store.rollback.engineVersion) ? store.rollback : undefined;
  const act = (wanted: StoreMethod, label: string, icon: ReactNode) => (
    <Button
      variant="default"
      leftSection={icon}
      loading={method.isPending && method.variables === wanted}
      disabled={method.isPending || wasDeleted(store.phase)}
      onClick={() => method.mutate(wanted, { onSuccess: onChanged })}
    >
      {label}
    </Button>
  );
  return (
    <Panel title="Life">
      <div className={classes.rows}>
        <ProblemAlert
          error={isApiError(method.error) ? method.error : undefined}
          title="The store could not be changed"
        />
        {store.asleep ? (
          <Row text="It sleeps: nothing runs, shoppers see that the service is unavailable, and all data is there.">
            {act("wake", "Wake", <IconSun size={16} aria-hidden />)}
          </Row>
        ) : (
          <Row text="A store that sleeps uses no CPU and no memory; its data, address and place in the quota stay.">
            {act("sleep", "Put to sleep", <IconMoon size={16} aria-hidden />)}
          </Row>
        )}
        {newest && store.engineVersion && newest !== store.engineVersion ? (
          <Row text={`Version ${newest} is there; the store has ${store.engineVersion}.`}>
            {act("upgrade", `Upgrade to ${newest}`, <IconArrowUp size={16} aria-hidden />)}
          </Row>
        ) : null}
        {before ? (
          <Row
            text={`Before its last change it was ready with version ${before.engineVersion}, plan ${before.plan}${parametersOf(before.values)}. Its data stays as it is now.`}
          >
            {act("rollback", "Roll back", <IconArrowBackUp size={16} aria-hidden />)}
          </Row>
        ) : null}
      </div>
    </Panel>
  );
}

function parametersOf(values: Record<string, unknown>): string {
  const names = Object.keys(values);
  return names.length > 0 ? ` and its own ${names.join(", ")}` : "";
}

function Row({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <p>{text}</p>
      {children}
    </div>
  );
}
