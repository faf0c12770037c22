import { Skeleton } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { BackLink } from "@/components/page/back-link";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { LinkButton } from "@/components/page/link-button";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { useMe } from "@/domain/session/me";
import { isAdmin, mayManageTeam } from "@/domain/session/permissions";
import { isApiError } from "@/lib/api/api-error";
import { teamQuery } from "../api/team";
import { DeleteTeam } from "../components/delete-team";
import { Members } from "../components/members";
import { QuotaPanel } from "../components/quota-panel";

const route = getRouteApi("/teams/$team");
const back = <BackLink to="/teams">Teams</BackLink>;

export function TeamPage() {
  const { team: name } = route.useParams();
  const me = useMe();
  const team = useQuery(teamQuery(name));
  if (isApiError(team.error, 404)) {
    return (
      <Page title={name} before={back}>
        <Panel>
          <EmptyState
            icon={<IconUsersGroup />}
            title="There is no such team for you"
            action={<LinkButton to="/teams">Go to the teams</LinkButton>}
          >
            It does not exist, or you are not in it. Its owners and admins of the platform can take you in.
          </EmptyState>
        </Panel>
      </Page>
    );
  }
  if (!team.data) {
    return (
      <Page title={name} before={back}>
        <Panel>
          {team.error ? (
            <ErrorState
              error={team.error}
              title="The team could not be loaded"
              onRetry={() => void team.refetch()}
            />
          ) : (
            <div role="status" aria-label="Loading the team">
              <Skeleton height={14} mb="sm" />
              <Skeleton height={14} width="60%" />
            </div>
          )}
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={name}
      before={back}
      description={team.data.displayName === name ? undefined : team.data.displayName}
      actions={
        <LinkButton to="/" search={{ team: name }} variant="default">
          Stores of this team
        </LinkButton>
      }
    >
      <QuotaPanel team={team.data} mayChange={isAdmin(me)} />
      <Members team={name} mayManage={mayManageTeam(me, name)} />
      {isAdmin(me) ? <DeleteTeam team={team.data} /> : null}
    </Page>
  );
}
