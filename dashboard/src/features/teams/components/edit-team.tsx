import { TextInput } from "@mantine/core";
import { useState } from "react";
import { FormModal } from "@/components/forms/form-modal";
import { fieldError } from "@/components/forms/problem-alert";
import type { Team } from "@/lib/api/types";
import { useUpdateTeam } from "../api/change-team";
import { parseQuota, quotaFields } from "../quota";
import { QuotaInputs } from "./quota-inputs";

export function EditTeam({ team, onClose }: { team: Team; onClose: () => void }) {
  const update = useUpdateTeam(team.name);
  const [displayName, setDisplayName] = useState(team.displayName);
  const [fields, setFields] = useState(() => quotaFields(team.quota));
  const { quota, problems } = parseQuota(fields, team.quota);
  return (
    <FormModal
      title={`Change ${team.name}`}
      action="Save"
      disabled={Object.keys(problems).length > 0}
      busy={update.isPending}
      error={update.error}
      onClose={onClose}
      onSubmit={() => update.mutate({ displayName: displayName.trim(), quota }, { onSuccess: onClose })}
    >
      <TextInput
        label="What people call it"
        maxLength={100}
        autoComplete="off"
        data-autofocus
        value={displayName}
        onChange={(event) => setDisplayName(event.currentTarget.value)}
        error={fieldError(update.error, "/displayName")}
      />
      <QuotaInputs fields={fields} problems={problems} onChange={setFields} />
      <p>A quota below what is used changes nothing for stores that exist; it only refuses new ones.</p>
    </FormModal>
  );
}
