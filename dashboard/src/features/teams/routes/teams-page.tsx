import { Button } from "@mantine/core";
import { IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { SearchField } from "@/components/search-field";
import { Table } from "@/components/table/table";
import { TableSkeleton } from "@/components/table/table-skeleton";
import { formatBytes } from "@/domain/quantity/format";
import { useMe } from "@/domain/session/me";
import { isAdmin } from "@/domain/session/permissions";
import { teamsQuery } from "@/domain/teams/teams";
import type { Team } from "@/lib/api/types";
import { CreateTeam } from "../components/create-team";
import classes from "./teams-page.module.css";

const route = getRouteApi("/teams");

/** So few are seen at a glance. */
const WORTH_SEARCHING = 8;

export function TeamsPage() {
  const me = useMe();
  const teams = useQuery(teamsQuery);
  const { q } = route.useSearch();
  const search = route.useNavigate();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const all = teams.data?.items ?? [];
  const wanted = q?.trim().toLowerCase();
  const shown = wanted
    ? all.filter((team) => team.name.includes(wanted) || team.displayName.toLowerCase().includes(wanted))
    : all;
  const create = isAdmin(me) ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      New team
    </Button>
  ) : null;
  return (
    <Page
      title="Teams"
      description="A team owns stores, has members, and a quota for what they may use."
      actions={all.length > 0 ? create : null}
    >
      <Panel flush>
        {all.length > WORTH_SEARCHING || q ? (
          <search className={classes.tools}>
            <SearchField
              label="Search the teams"
              value={q}
              onChange={(next) => void search({ search: { q: next }, replace: true, resetScroll: false })}
            />
          </search>
        ) : null}
        {teams.data ? (
          all.length === 0 ? (
            <EmptyState icon={<IconUsersGroup />} title="No teams" action={create}>
              {create
                ? "A team is needed before people other than admins can have stores."
                : "You are in no team yet. An owner of a team or an admin of the platform can take you in."}
            </EmptyState>
          ) : shown.length === 0 ? (
            <EmptyState icon={<IconSearch />} title="No team fits">
              No team has “{q}” in its name.
            </EmptyState>
          ) : (
            <TeamTable teams={shown} roleIn={(team) => me.teams.find((one) => one.team === team)?.role} />
          )
        ) : teams.error ? (
          <ErrorState
            error={teams.error}
            title="The teams could not be loaded"
            onRetry={() => void teams.refetch()}
          />
        ) : (
          <TableSkeleton label="Loading the teams" />
        )}
      </Panel>
      {creating ? (
        <CreateTeam
          onClose={() => setCreating(false)}
          onCreated={(team) => void navigate({ to: "/teams/$team", params: { team: team.name } })}
        />
      ) : null}
    </Page>
  );
}

function TeamTable({ teams, roleIn }: { teams: Team[]; roleIn: (team: string) => string | undefined }) {
  const mine = teams.some((team) => roleIn(team.name));
  return (
    <Table
      label="Teams"
      columns={[
        { label: "Team" },
        { label: "Stores" },
        { label: "Storage", wide: true },
        { label: "Plans", wide: true },
        ...(mine ? [{ label: "Your role", wide: true }] : []),
      ]}
    >
      {teams.map(({ name, displayName, quota, usage }) => (
        <tr key={name}>
          <td>
            <Link to="/teams/$team" params={{ team: name }} className={classes.name}>
              {name}
            </Link>
            {displayName && displayName !== name ? <small>{displayName}</small> : null}
          </td>
          <td className={classes.stores}>
            {usage.stores.toLocaleString()}
            {quota.stores === undefined ? null : (
              <span className={classes.limit}> of {quota.stores.toLocaleString()}</span>
            )}
          </td>
          <td data-wide>
            {formatBytes(usage.storageBytes)}
            {quota.storageBytes === undefined ? null : (
              <span className={classes.limit}> of {formatBytes(quota.storageBytes)}</span>
            )}
          </td>
          <td data-wide>{quota.plans && quota.plans.length > 0 ? quota.plans.join(", ") : "every plan"}</td>
          {mine ? <td data-wide>{roleIn(name) ?? "–"}</td> : null}
        </tr>
      ))}
    </Table>
  );
}
