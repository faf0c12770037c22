import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { CommandLine } from "@/components/command-line";
import { FormModal } from "@/components/forms/form-modal";
import { fieldError } from "@/components/forms/problem-alert";
import { SecretModal } from "@/components/forms/secret-modal";
import type { TokenScope } from "@/lib/api/types";
import { useCreateToken } from "../api/tokens";
import { asScope, lifetimes, scopeMeaning, scopes } from "../token-words";

export function CreateToken({ onClose }: { onClose: () => void }) {
  const create = useCreateToken();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenScope>("write");
  const [days, setDays] = useState("90");
  if (create.data) {
    return (
      <SecretModal
        title={`Token ${create.data.name}`}
        secret={create.data.token}
        what="token"
        onClose={onClose}
      >
        <p>It is shown only this once. Who has it may do what its scope says, in your name.</p>
        <div>
          <p>The command line reads it from its standard input:</p>
          <CommandLine command={`storefleet login ${location.origin} --token-stdin`} />
        </div>
      </SecretModal>
    );
  }
  return (
    <FormModal
      title="New API token"
      action="Create"
      disabled={name.trim() === ""}
      busy={create.isPending}
      error={create.error}
      onClose={onClose}
      onSubmit={() => create.mutate({ name: name.trim(), scope, expiresInDays: Number(days) })}
    >
      <TextInput
        label="Name"
        description="What it is for"
        placeholder="nightly deploy"
        required
        maxLength={100}
        autoComplete="off"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(create.error, "/name")}
      />
      <NativeSelect
        label="Scope"
        description={scopeMeaning(scope)}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data={[...scopes]}
        value={scope}
        onChange={(event) => setScope(asScope(event.currentTarget.value))}
        error={fieldError(create.error, "/scope")}
      />
      <NativeSelect
        label="Expires after"
        data={lifetimes}
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        error={fieldError(create.error, "/expiresInDays")}
      />
    </FormModal>
  );
}
