import { TextInput } from "@mantine/core";
import { useState } from "react";
import { FormModal } from "@/components/forms/form-modal";
import { fieldError } from "@/components/forms/problem-alert";
import type { Team } from "@/lib/api/types";
import { useCreateTeam } from "../api/change-team";
import { nameFrom, teamNameProblem } from "../names";
import { parseQuota, type QuotaFields } from "../quota";
import { QuotaInputs } from "./quota-inputs";

interface CreateTeamProps {
  onClose: () => void;
  onCreated: (team: Team) => void;
}

export function CreateTeam({ onClose, onCreated }: CreateTeamProps) {
  const create = useCreateTeam();
  const [displayName, setDisplayName] = useState("");
  const [typedName, setTypedName] = useState<string>();
  const [fields, setFields] = useState<QuotaFields>({ stores: "", storage: "", plans: undefined });
  const name = typedName ?? nameFrom(displayName);
  const nameProblem = teamNameProblem(name);
  const { quota, problems } = parseQuota(fields);
  return (
    <FormModal
      title="New team"
      action="Create"
      disabled={nameProblem !== undefined || Object.keys(problems).length > 0}
      busy={create.isPending}
      error={create.error}
      onClose={onClose}
      onSubmit={() =>
        create.mutate(
          { name, ...(displayName.trim() ? { displayName: displayName.trim() } : {}), quota },
          { onSuccess: onCreated },
        )
      }
    >
      <TextInput
        label="What people call it"
        placeholder="Agency clients, Europe"
        maxLength={100}
        autoComplete="off"
        data-autofocus
        value={displayName}
        onChange={(event) => setDisplayName(event.currentTarget.value)}
        error={fieldError(create.error, "/displayName")}
      />
      <TextInput
        label="Name"
        description="For commands and manifests; it stays for ever"
        required
        autoComplete="off"
        spellCheck={false}
        value={name}
        onChange={(event) => setTypedName(event.currentTarget.value)}
        error={(typedName !== undefined ? nameProblem : undefined) ?? fieldError(create.error, "/name")}
      />
      <QuotaInputs fields={fields} problems={problems} onChange={setFields} />
    </FormModal>
  );
}
