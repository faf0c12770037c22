import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormModal } from "@/components/forms/form-modal";
import { fieldError } from "@/components/forms/problem-alert";
import { generatePassword } from "@/lib/passwords/generate";
import { type UserRole, useCreateUser } from "../api/users";
import { asUserRole, roleChoices, userNameProblem } from "../user-fields";
import { PasswordOnce } from "./password-once";

export function CreateUser({ onClose }: { onClose: () => void }) {
  const create = useCreateUser();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<UserRole>("user");
  const [created, setCreated] = useState<{ name: string; password: string }>();
  const nameProblem = userNameProblem(name);
  if (created) return <PasswordOnce user={created.name} password={created.password} onClose={onClose} />;
  return (
    <FormModal
      title="New user"
      action="Create"
      disabled={nameProblem !== undefined}
      busy={create.isPending}
      error={create.error}
      onClose={onClose}
      onSubmit={() => {
        const password = generatePassword();
        create.mutate(
          { name, role, password, ...(email.trim() ? { email: email.trim() } : {}) },
          { onSuccess: () => setCreated({ name, password }) },
        );
      }}
    >
      <TextInput
        label="Name"
        description="To log in with"
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={(name ? nameProblem : undefined) ?? fieldError(create.error, "/name")}
      />
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={fieldError(create.error, "/email")}
      />
      <NativeSelect
        label="Role"
        data={roleChoices}
        value={role}
        onChange={(event) => setRole(asUserRole(event.currentTarget.value))}
      />
      <p>A password is generated and shown once; the user can change it under Profile.</p>
    </FormModal>
  );
}
