import { IconChevronUp } from "@tabler/icons-react";
import type { ComponentProps } from "react";
import { useMe } from "@/domain/session/me";
import classes from "./account-button.module.css";

/** Who is logged in. */
export function AccountButton(props: ComponentProps<"button">) {
  const me = useMe();
  return (
    <button type="button" aria-haspopup="menu" {...props} className={classes.account}>
      <span className={classes.picture} aria-hidden>
        {me.name.slice(0, 2).toUpperCase()}
      </span>
      <span className={classes.who}>
        <span className={classes.name}>{me.name}</span>
        <span className={classes.role}>
          {me.role === "admin" ? "Platform admin" : describeTeams(me.teams)}
        </span>
      </span>
      <IconChevronUp size={16} aria-hidden />
    </button>
  );
}

function describeTeams(teams: ReadonlyArray<{ team: string; role: string }>): string {
  const [first] = teams;
  if (!first) return "In no team";
  return teams.length === 1 ? `${first.role} of ${first.team}` : `In ${teams.length} teams`;
}
