import { Alert, Button, Divider, NativeSelect, Skeleton, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { ErrorState } from "@/components/error-state";
import { Panel } from "@/components/panel";
import { SchemaFields } from "@/components/schema-fields";
import { isApiError } from "@/lib/api/api-error";
import type { Engine, Store } from "@/lib/api/types";
import { useEngines } from "@/lib/engines/engines";
import { fieldsOf, parseValues, rawValuesOf } from "@/lib/schema-form/schema-form";
import { usePlanChoices } from "../api/plans";
import { editableStoreQuery, useUpdateStore } from "../api/update-store";
import { hostsOf } from "../hosts";
import { storeChange } from "../store-change";
import classes from "./settings-tab.module.css";

export function SettingsTab({ store }: { store: Store }) {
  const editable = useQuery(editableStoreQuery(store.name));
  const engines = useEngines();
  const error = editable.error ?? engines.error;
  if (!editable.data || !engines.data) {
    return (
      <Panel>
        {error ? (
          <ErrorState
            error={error}
            title="The settings could not be loaded"
            onRetry={() => {
              void editable.refetch();
              void engines.refetch();
            }}
          />
        ) : (
          <Skeleton height={200} />
        )}
      </Panel>
    );
  }
  return (
    <SettingsForm
      key={editable.data.body.uid}
      store={editable.data.body}
      etag={editable.data.etag}
      engine={engines.data.find((engine) => engine.name === store.engine)}
      onReload={async () => {
        await editable.refetch();
      }}
    />
  );
}

interface SettingsFormProps {
  store: Store;
  etag: string | undefined;
  engine: Engine | undefined;
  onReload: () => Promise<void>;
}

function SettingsForm({ store, etag, engine, onReload }: SettingsFormProps) {
  const update = useUpdateStore(store.name);
  const fields = useMemo(() => (engine ? fieldsOf(engine.parameters) : []), [engine]);
  const planChoices = usePlanChoices(store.engine, [...new Set([...(engine?.plans ?? []), store.plan])]);
  const [title, setTitle] = useState(store.title);
  const [plan, setPlan] = useState(store.plan);
  const [adminEmail, setAdminEmail] = useState(store.adminEmail);
  const [hosts, setHosts] = useState(store.hosts.join("\n"));
  const [raw, setRaw] = useState(() => rawValuesOf(store.values));
  const parsed = parseValues(fields, raw);
  const change = storeChange(store, {
    title: title.trim(),
    plan,
    adminEmail: adminEmail.trim(),
    hosts: hostsOf(hosts),
    // Without the engine's schema nothing is known about its parameters: they stay.
    values: engine ? parsed.values : store.values,
  });
  const error = isApiError(update.error) ? update.error : undefined;
  const conflict = error?.status === 412;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!change || Object.keys(parsed.problems).length > 0 || update.isPending) return;
    update.mutate(
      { change, etag },
      {
        onSuccess: () => {
          notifications.show({ title: "Saved", message: `${store.name} is brought to the new settings.` });
          void onReload();
        },
      },
    );
  };

  return (
    <Panel title="Settings">
      <form onSubmit={submit} noValidate className={classes.form}>
        <Stack gap="md">
          {error ? (
            <Alert
              color={conflict ? "yellow" : "red"}
              role="alert"
              title={conflict ? "The store has changed meanwhile" : error.message}
            >
              {conflict
                ? "Somebody else saved other settings. What you typed is still here; read the newest state, then save again."
                : error.remedy}
              {conflict ? (
                <Button
                  variant="default"
                  size="xs"
                  mt="xs"
                  display="block"
                  onClick={() => {
                    update.reset();
                    void onReload();
                  }}
                >
                  Read the newest state
                </Button>
              ) : null}
            </Alert>
          ) : null}
          <div className={classes.grid}>
            <TextInput
              label="Title"
              description="What shoppers read"
              maxLength={200}
              value={title}
              onChange={(event) => setTitle(event.currentTarget.value)}
              error={error?.field("/title")}
            />
            <TextInput
              label="Admin e-mail"
              description="Gets the store's mail"
              type="email"
              value={adminEmail}
              onChange={(event) => setAdminEmail(event.currentTarget.value)}
              error={error?.field("/adminEmail")}
            />
            <NativeSelect
              label="Plan"
              description="A new plan restarts the store's parts; its data stays"
              data={planChoices}
              value={plan}
              onChange={(event) => setPlan(event.currentTarget.value)}
              error={error?.field("/plan")}
            />
          </div>
          <Textarea
            label="Further host names"
            description="One a line; they must lead to this platform"
            placeholder="shop.example.com"
            rows={3}
            value={hosts}
            onChange={(event) => setHosts(event.currentTarget.value)}
            error={error?.fields.find((field) => field.pointer.startsWith("/hosts"))?.detail}
          />
          {fields.length > 0 ? (
            <>
              <Divider label="Parameters" labelPosition="left" />
              <div className={classes.grid}>
                <SchemaFields
                  fields={fields}
                  raw={raw}
                  problems={Object.fromEntries(
                    fields.map((field) => [
                      field.name,
                      parsed.problems[field.name] ?? error?.field(`/values/${field.name}`),
                    ]),
                  )}
                  onChange={(field, value) => setRaw((before) => ({ ...before, [field]: value }))}
                />
              </div>
            </>
          ) : null}
          <div>
            <Button type="submit" loading={update.isPending} disabled={!change}>
              Save
            </Button>
          </div>
        </Stack>
      </form>
    </Panel>
  );
}
