import { Button } from "@mantine/core";
import {
  IconCircleCheck,
  IconPlus,
  IconSearch,
  IconShieldCheck,
  IconUser,
  IconUserOff,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { ForbiddenPage } from "@/components/page/forbidden-page";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { RelativeTime } from "@/components/relative-time";
import { SearchField } from "@/components/search-field";
import { Status } from "@/components/status";
import { Table } from "@/components/table/table";
import { TableSkeleton } from "@/components/table/table-skeleton";
import { useMe } from "@/domain/session/me";
import { isAdmin } from "@/domain/session/permissions";
import type { User } from "@/lib/api/types";
import { usersQuery } from "../api/users";
import { CreateUser } from "../components/create-user";
import { EditUser } from "../components/edit-user";
import { filterUsers } from "../user-fields";
import classes from "./users-page.module.css";

const route = getRouteApi("/users");

/** Rows that are drawn at first; more are slow and seldom read. */
const SHOWN = 200;

export function UsersPage() {
  const me = useMe();
  return isAdmin(me) ? (
    <Users />
  ) : (
    <ForbiddenPage title="Users">
      Admins of the platform manage its users. The pages of your teams tell who is in them.
    </ForbiddenPage>
  );
}

function Users() {
  const users = useQuery(usersQuery);
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  const [edited, setEdited] = useState<User>();
  const [all, setAll] = useState(false);
  const found = filterUsers(users.data?.items ?? [], q);
  const shown = all ? found : found.slice(0, SHOWN);
  return (
    <Page
      title="Users"
      description="Who may log in. What a user may do with stores, the roles in teams say."
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
          New user
        </Button>
      }
    >
      <Panel flush>
        <search className={classes.tools}>
          <SearchField
            label="Search by name or e-mail"
            value={q}
            onChange={(next) => void navigate({ search: { q: next }, replace: true, resetScroll: false })}
          />
        </search>
        {users.data ? (
          shown.length === 0 ? (
            <EmptyState icon={q ? <IconSearch /> : <IconUser />} title={q ? "No user fits" : "No users yet"}>
              {q
                ? `No user has “${q}” in the name or the e-mail address.`
                : "Only the bootstrap token works until there is one."}
            </EmptyState>
          ) : (
            <UserTable users={shown} onEdit={setEdited} />
          )
        ) : users.error ? (
          <ErrorState
            error={users.error}
            title="The users could not be loaded"
            onRetry={() => void users.refetch()}
          />
        ) : (
          <TableSkeleton label="Loading the users" />
        )}
        {users.data ? (
          <p className={classes.count} role="status">
            {found.length.toLocaleString()} {found.length === 1 ? "user" : "users"}
            {shown.length < found.length ? (
              <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
                Show all
              </Button>
            ) : null}
          </p>
        ) : null}
      </Panel>
      {creating ? <CreateUser onClose={() => setCreating(false)} /> : null}
      {edited ? <EditUser key={edited.name} user={edited} onClose={() => setEdited(undefined)} /> : null}
    </Page>
  );
}

function UserTable({ users, onEdit }: { users: readonly User[]; onEdit: (user: User) => void }) {
  const me = useMe();
  return (
    <Table
      label="Users"
      columns={[
        { label: "User" },
        { label: "Role", wide: true },
        { label: "Login" },
        { label: "Created", wide: true },
        { label: "Edit", hidden: true },
      ]}
    >
      {users.map((user) => (
        <tr key={user.name}>
          <td>
            <b>{user.name}</b>
            {user.name === me.name ? <span className={classes.you}> you</span> : null}
            {user.email ? <small>{user.email}</small> : null}
            {user.role === "admin" ? <small data-narrow>Platform admin</small> : null}
          </td>
          <td data-wide>
            {user.role === "admin" ? (
              <Status tone="busy" icon={<IconShieldCheck />}>
                Admin
              </Status>
            ) : (
              "User"
            )}
          </td>
          <td>
            {user.disabled ? (
              <Status tone="idle" icon={<IconUserOff />}>
                Off
              </Status>
            ) : (
              <Status tone="positive" icon={<IconCircleCheck />}>
                On
              </Status>
            )}
          </td>
          <td data-wide>
            <RelativeTime at={user.createdAt} />
          </td>
          <td data-align="end">
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Edit ${user.name}`}
              onClick={() => onEdit(user)}
            >
              Edit
            </Button>
          </td>
        </tr>
      ))}
    </Table>
  );
}
