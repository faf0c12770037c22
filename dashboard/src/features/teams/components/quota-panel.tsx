import { Button } from "@mantine/core";
import { useState } from "react";
import { Meter } from "@/components/meter";
import { Panel } from "@/components/page/panel";
import { formatBytes } from "@/domain/quantity/format";
import type { Team } from "@/lib/api/types";
import { EditTeam } from "./edit-team";
import classes from "./quota-panel.module.css";

const count = (value: number) => value.toLocaleString();

export function QuotaPanel({ team, mayChange }: { team: Team; mayChange: boolean }) {
  const [editing, setEditing] = useState(false);
  const { quota, usage } = team;
  return (
    <Panel
      title="Quota"
      aside={
        mayChange ? (
          <Button variant="default" size="xs" onClick={() => setEditing(true)}>
            Change
          </Button>
        ) : null
      }
    >
      <div className={classes.meters}>
        <Meter label="Stores" used={usage.stores} limit={quota.stores} format={count} />
        <Meter label="Storage" used={usage.storageBytes} limit={quota.storageBytes} format={formatBytes} />
        <p className={classes.plans}>
          <span>Plans</span>
          <span>{quota.plans && quota.plans.length > 0 ? quota.plans.join(", ") : "every plan"}</span>
        </p>
      </div>
      {editing ? <EditTeam team={team} onClose={() => setEditing(false)} /> : null}
    </Panel>
  );
}
