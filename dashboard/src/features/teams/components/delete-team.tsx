import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ConfirmByName } from "@/components/forms/confirm-by-name";
import { ProblemAlert } from "@/components/forms/problem-alert";
import { LinkButton } from "@/components/page/link-button";
import { Panel } from "@/components/page/panel";
import type { Team } from "@/lib/api/types";
import { useDeleteTeam } from "../api/change-team";
import classes from "./delete-team.module.css";

/** The team of stores that name none. */
const DEFAULT_TEAM = "default";

export function DeleteTeam({ team }: { team: Team }) {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const remove = useDeleteTeam(team.name);
  const stores = team.usage.stores;
  if (team.name === DEFAULT_TEAM) {
    return (
      <Panel title="Delete this team">
        <p>Stores that name no team belong to this one, so it cannot be deleted.</p>
      </Panel>
    );
  }
  if (stores > 0) {
    return (
      <Panel title="Delete this team">
        <div className={classes.content}>
          <p>
            It still has {stores.toLocaleString()} {stores === 1 ? "store" : "stores"}. Delete{" "}
            {stores === 1 ? "it" : "those"} first.
          </p>
          <LinkButton to="/" search={{ team: team.name }} variant="default">
            Show its stores
          </LinkButton>
        </div>
      </Panel>
    );
  }
  return (
    <Panel title="Delete this team" tone="negative">
      <div className={classes.content}>
        <p>The team and its memberships go. Its users stay, and so does what the audit log has of it.</p>
        <Button color="red" onClick={() => setAsking(true)}>
          Delete {team.name}
        </Button>
      </div>
      <ConfirmByName
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Delete the team ${team.name}?`}
        name={team.name}
        action="Delete for ever"
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/teams" }) })}
      >
        <ProblemAlert error={remove.error} title="The team could not be deleted" />
        <p>Nobody can bring it back. People who are only in this team see no stores any more.</p>
      </ConfirmByName>
    </Panel>
  );
}
