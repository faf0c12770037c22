import { Button, Checkbox, Divider, Group, NativeSelect, Switch, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { ConfirmByName } from "@/components/forms/confirm-by-name";
import { FormModal } from "@/components/forms/form-modal";
import { fieldError, ProblemAlert } from "@/components/forms/problem-alert";
import { useMe } from "@/domain/session/me";
import type { User } from "@/lib/api/types";
import { useReturnFocus } from "@/lib/focus/return-focus";
import { generatePassword } from "@/lib/passwords/generate";
import { useDeleteUser, useUpdateUser } from "../api/users";
import { asUserRole, roleChoices, userChange } from "../user-fields";
import { PasswordOnce } from "./password-once";

export function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const me = useMe();
  useReturnFocus();
  const update = useUpdateUser(user.name);
  const setPassword = useUpdateUser(user.name);
  const remove = useDeleteUser(user.name);
  const [email, setEmail] = useState(user.email);
  const [role, setRole] = useState(user.role);
  const [disabled, setDisabled] = useState(user.disabled);
  const [password, setNewPassword] = useState<string>();
  const [revokeTokens, setRevokeTokens] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const change = userChange(user, { email, role, disabled });
  const self = user.name === me.name;

  if (password) return <PasswordOnce user={user.name} password={password} onClose={onClose} />;
  if (deleting) {
    return (
      <ConfirmByName
        opened
        onClose={() => setDeleting(false)}
        title={`Delete the user ${user.name}?`}
        name={user.name}
        action="Delete for ever"
        busy={remove.isPending}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              notifications.show({ title: "Deleted", message: `The user ${user.name} is gone.` });
              onClose();
            },
          })
        }
      >
        <ProblemAlert error={remove.error} title="The user could not be deleted" />
        <p>
          Tokens, sessions and memberships go at once. Stores belong to teams and stay. What the audit log has
          stays, too. To only lock somebody out, switch the login off instead.
        </p>
      </ConfirmByName>
    );
  }
  return (
    <FormModal
      title={user.name}
      action="Save"
      disabled={!change}
      busy={update.isPending}
      error={update.error ?? setPassword.error}
      onClose={onClose}
      onSubmit={() => change && update.mutate(change, { onSuccess: onClose })}
    >
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={fieldError(update.error, "/email")}
      />
      <NativeSelect
        label="Role"
        data={roleChoices}
        value={role}
        onChange={(event) => setRole(asUserRole(event.currentTarget.value))}
        error={fieldError(update.error, "/role")}
      />
      <Switch
        label="May log in"
        description="Off: sessions end at once, and API tokens are refused"
        checked={!disabled}
        onChange={(event) => setDisabled(!event.currentTarget.checked)}
      />
      {self && (role !== "admin" || disabled) ? (
        <p>This is you: when you save, you lose the right to undo it.</p>
      ) : null}
      <Divider />
      <Checkbox
        label="Revoke all API tokens of the user, too"
        description="With a new password: whoever knew the old one may have made some"
        checked={revokeTokens}
        onChange={(event) => setRevokeTokens(event.currentTarget.checked)}
      />
      <Group gap="xs">
        <Button
          variant="default"
          loading={setPassword.isPending}
          onClick={() => {
            const generated = generatePassword();
            setPassword.mutate(
              { password: generated, revokeTokens },
              { onSuccess: () => setNewPassword(generated) },
            );
          }}
        >
          Set a new password
        </Button>
        <Button variant="subtle" color="red" onClick={() => setDeleting(true)}>
          Delete the user
        </Button>
      </Group>
    </FormModal>
  );
}
