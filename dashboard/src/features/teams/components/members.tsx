import { Button } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { Panel } from "@/components/page/panel";
import { Table } from "@/components/table/table";
import { TableSkeleton } from "@/components/table/table-skeleton";
import { useMe } from "@/domain/session/me";
import type { Member } from "@/lib/api/types";
import { membersQuery } from "../api/members";
import { roleMeaning, roles } from "../roles";
import { MemberForm } from "./member-form";
import classes from "./members.module.css";

interface MembersProps {
  team: string;
  mayManage: boolean;
}

export function Members({ team, mayManage }: MembersProps) {
  const me = useMe();
  const members = useQuery(membersQuery(team));
  const [edited, setEdited] = useState<Member | "new">();
  const add = mayManage ? (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconUserPlus size={16} aria-hidden />}
      onClick={() => setEdited("new")}
    >
      Add somebody
    </Button>
  ) : null;
  // Owners first: they are who to ask.
  const sorted = [...(members.data ?? [])].sort(
    (a, b) => roles.indexOf(b.role) - roles.indexOf(a.role) || (a.user < b.user ? -1 : 1),
  );
  return (
    <Panel title="Members" aside={members.data && members.data.length > 0 ? add : null} flush>
      {members.data ? (
        sorted.length === 0 ? (
          <EmptyState icon={<IconUsers />} title="Nobody is in this team" action={add}>
            {mayManage
              ? "Only admins of the platform see its stores until somebody is added."
              : "An admin of the platform can add people."}
          </EmptyState>
        ) : (
          <>
            <Table
              label={`Members of ${team}`}
              columns={[
                { label: "User" },
                { label: "Role" },
                ...(mayManage ? [{ label: "Change", hidden: true }] : []),
              ]}
            >
              {sorted.map((member) => (
                <tr key={member.user}>
                  <td>
                    <b>{member.user}</b>
                    {member.user === me.name ? <small>you</small> : null}
                  </td>
                  <td>{member.role}</td>
                  {mayManage ? (
                    <td data-align="end">
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        aria-label={`Change ${member.user}`}
                        onClick={() => setEdited(member)}
                      >
                        Change
                      </Button>
                    </td>
                  ) : null}
                </tr>
              ))}
            </Table>
            <dl className={classes.roles}>
              {roles.map((role) => (
                <div key={role}>
                  <dt>{role}</dt>
                  <dd>{roleMeaning(role)}</dd>
                </div>
              ))}
            </dl>
          </>
        )
      ) : members.error ? (
        <ErrorState
          error={members.error}
          title="The members could not be loaded"
          onRetry={() => void members.refetch()}
        />
      ) : (
        <TableSkeleton label="Loading the members" />
      )}
      {edited ? (
        <MemberForm
          team={team}
          {...(edited === "new" ? {} : { member: edited })}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
    </Panel>
  );
}
