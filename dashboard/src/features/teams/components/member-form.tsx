import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { FormModal } from "@/components/forms/form-modal";
import { fieldError } from "@/components/forms/problem-alert";
import { useMe } from "@/domain/session/me";
import { isAdmin } from "@/domain/session/permissions";
import type { Member } from "@/lib/api/types";
import { useRemoveMember, userNamesQuery, useSetMember } from "../api/members";
import { asRole, roleMeaning, roles } from "../roles";

interface MemberFormProps {
  team: string;
  /** Absent: somebody new is taken in. */
  member?: Member;
  onClose: () => void;
}

export function MemberForm({ team, member, onClose }: MemberFormProps) {
  const me = useMe();
  const set = useSetMember(team);
  const remove = useRemoveMember(team);
  const [user, setUser] = useState(member?.user ?? "");
  const [role, setRole] = useState(member?.role ?? "member");
  const { data: names = [] } = useQuery({ ...userNamesQuery, enabled: isAdmin(me) && !member });
  const namesId = useId();
  const losesRights = member?.user === me.name && !isAdmin(me) && role !== "owner";
  return (
    <FormModal
      title={member ? `${member.user} in ${team}` : `Add somebody to ${team}`}
      action={member ? "Save" : "Add"}
      disabled={user.trim() === "" || role === member?.role}
      busy={set.isPending}
      error={set.error ?? remove.error}
      onClose={onClose}
      onSubmit={() => set.mutate({ user: user.trim(), role }, { onSuccess: onClose })}
      aside={
        member ? (
          <Button
            variant="subtle"
            color="red"
            loading={remove.isPending}
            onClick={() => remove.mutate(member.user, { onSuccess: onClose })}
          >
            {member.user === me.name ? "Leave the team" : "Remove from the team"}
          </Button>
        ) : null
      }
    >
      {member ? null : (
        <>
          <TextInput
            label="User name"
            description="As the person logs in; an admin of the platform creates users"
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            data-autofocus
            list={names.length > 0 ? namesId : undefined}
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
            error={fieldError(set.error, "/user")}
          />
          <datalist id={namesId}>
            {names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
      <NativeSelect
        label="Role"
        description={roleMeaning(role)}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data={[...roles]}
        value={role}
        onChange={(event) => setRole(asRole(event.currentTarget.value))}
      />
      {losesRights ? (
        <p>You give away your own right to manage this team; another owner or an admin can give it back.</p>
      ) : null}
    </FormModal>
  );
}
