import { Button, NativeSelect } from "@mantine/core";
import { IconHistory, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { ForbiddenPage } from "@/components/page/forbidden-page";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { SearchField } from "@/components/search-field";
import { TableSkeleton } from "@/components/table/table-skeleton";
import { useMe } from "@/domain/session/me";
import { isAdmin, maySeeAudit } from "@/domain/session/permissions";
import { type AuditFilters, auditQuery } from "../api/audit";
import { auditActions } from "../audit-words";
import { AuditTable } from "../components/audit-table";
import classes from "./audit-page.module.css";

const route = getRouteApi("/audit");

export function AuditPage() {
  const me = useMe();
  return maySeeAudit(me) ? (
    <Audit />
  ) : (
    <ForbiddenPage title="Audit log">
      Owners of a team see what was done to it, admins of the platform see everything. The pages of stores
      tell under Events what happened to them.
    </ForbiddenPage>
  );
}

function Audit() {
  const me = useMe();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const audit = useInfiniteQuery(auditQuery(filters));
  const change = (next: AuditFilters) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const filtered = Boolean(filters.actor || filters.action);
  const owned = me.teams.filter((one) => one.role === "owner").map((one) => one.team);
  const unknown = filters.action && !auditActions.some((one) => one.value === filters.action);
  return (
    <Page
      title="Audit log"
      description={
        isAdmin(me)
          ? "Every change, login and reading of passwords, also what was refused."
          : `What was done to ${owned.length === 1 ? "the team" : "the teams"} ${owned.join(", ")} and ${owned.length === 1 ? "its" : "their"} stores, also what was refused.`
      }
    >
      <Panel flush>
        <search className={classes.tools}>
          <div className={classes.actor}>
            <SearchField
              label="User name, in full"
              value={filters.actor}
              onChange={(actor) => change({ actor })}
            />
          </div>
          <NativeSelect
            aria-label="What was done"
            value={filters.action ?? ""}
            onChange={(event) => change({ action: event.currentTarget.value || undefined })}
            data={[
              { value: "", label: "Everything" },
              ...auditActions,
              ...(unknown ? [{ value: filters.action ?? "", label: filters.action ?? "" }] : []),
            ]}
          />
          <Button
            variant="default"
            loading={audit.isRefetching && !audit.isFetchingNextPage}
            onClick={() => void audit.refetch()}
          >
            Refresh
          </Button>
        </search>
        {audit.data ? (
          audit.data.length === 0 ? (
            <EmptyState
              icon={filtered ? <IconSearch /> : <IconHistory />}
              title={filtered ? "Nothing fits" : "Nothing yet"}
              action={
                filtered ? (
                  <Button variant="default" onClick={() => change({ actor: undefined, action: undefined })}>
                    Clear the filters
                  </Button>
                ) : null
              }
            >
              {filtered
                ? "The log has nothing of this user and kind. The name must be typed in full."
                : "Changes, logins and readings of passwords will show up here."}
            </EmptyState>
          ) : (
            <>
              <AuditTable entries={audit.data} />
              <div className={classes.more}>
                {audit.hasNextPage ? (
                  <Button
                    variant="default"
                    loading={audit.isFetchingNextPage}
                    onClick={() => void audit.fetchNextPage()}
                  >
                    Show older entries
                  </Button>
                ) : (
                  <p>That is all there is.</p>
                )}
              </div>
            </>
          )
        ) : audit.error ? (
          <ErrorState
            error={audit.error}
            title="The audit log could not be loaded"
            onRetry={() => void audit.refetch()}
          />
        ) : (
          <TableSkeleton label="Loading the audit log" />
        )}
      </Panel>
    </Page>
  );
}
