import { Alert, Button, Skeleton, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { ProblemAlert } from "@/components/forms/problem-alert";
import { UnsavedChanges } from "@/components/forms/unsaved-changes";
import { ErrorState } from "@/components/page/error-state";
import { Panel } from "@/components/page/panel";
import { StoreFields, StoreParameters } from "@/components/stores/store-fields";
import { useEngines } from "@/domain/engines/engines";
import { expiryProblem } from "@/domain/stores/expiry-input";
import { hostsOf } from "@/domain/stores/hosts";
import { inputErrors, type StoreValues } from "@/domain/stores/store-values";
import { isApiError } from "@/lib/api/api-error";
import type { Engine, Store } from "@/lib/api/types";
import { fieldsOf, parseValues } from "@/lib/schema-form/schema-form";
import { type EditableStore, editableStoreQuery, useUpdateStore } from "../api/update-store";
import { differ, rebase, settingsOf, storeChange } from "../store-change";
import type { SettingsField } from "../store-search";
import { LifePanel } from "./life-panel";
import classes from "./settings-tab.module.css";

/** Where the focus goes for each of them. */
const places: Record<SettingsField, string> = {
  plan: "[name=plan]",
  hosts: "[name=hosts]",
  values: "[data-parameters] :is(input, select, textarea)",
};

interface SettingsTabProps {
  store: Store;
  focus?: SettingsField | undefined;
}

export function SettingsTab({ store, focus }: SettingsTabProps) {
  const editable = useQuery(editableStoreQuery(store.name));
  const engines = useEngines();
  // What the panel below made of the store: no conflict with what is typed above it.
  const [changedBeside, setChangedBeside] = useState<EditableStore>();
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
  const engine = engines.data.find((one) => one.name === store.engine);
  const readNewest = async () => {
    const { isSuccess, data } = await editable.refetch();
    return isSuccess ? data : undefined;
  };
  return (
    <Stack gap="lg">
      <SettingsForm
        key={editable.data.body.uid}
        initial={editable.data}
        engine={engine}
        onReload={readNewest}
        changedBeside={changedBeside}
        focus={focus}
      />
      <LifePanel store={store} engine={engine} onChanged={async () => setChangedBeside(await readNewest())} />
    </Stack>
  );
}

interface SettingsFormProps {
  initial: EditableStore;
  engine: Engine | undefined;
  /** The newest state; undefined where it could not be read. */
  onReload: () => Promise<EditableStore | undefined>;
  /** The store after this page itself changed it in another way. */
  changedBeside: EditableStore | undefined;
  focus: SettingsField | undefined;
}

function SettingsForm({ initial, engine, onReload, changedBeside, focus }: SettingsFormProps) {
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (focus) element.current?.querySelector<HTMLElement>(places[focus])?.focus();
  }, [focus]);
  // What is being edited does not change below the hands, nor does its ETag: a change by others is a conflict.
  const [base, setBase] = useState(initial);
  const form = useForm<StoreValues>({
    initialValues: settingsOf(initial.body),
    validate: () => ({ expires: expiryProblem(element.current) }),
    // What the API said of a field stays until it is asked again.
    clearInputErrorOnChange: false,
  });
  const typed = form.values;
  const store = base.body;
  const update = useUpdateStore(store.name);
  const fields = useMemo(() => (engine ? fieldsOf(engine.parameters) : []), [engine]);
  const follow = (before: StoreValues, now: EditableStore) => {
    form.setValues(rebase(form.getValues(), before, settingsOf(now.body)));
    setBase(now);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change beside the form is the reason
  useEffect(() => {
    if (changedBeside) follow(settingsOf(base.body), changedBeside);
  }, [changedBeside]);
  const parameters = fields.map((field) => field.name);
  const parsed = parseValues(fields, typed.raw);
  const change = storeChange(store, {
    title: typed.title.trim(),
    plan: typed.plan,
    adminEmail: typed.adminEmail.trim(),
    note: typed.note.trim(),
    hosts: hostsOf(typed.hosts),
    expires: typed.expires,
    // Without the engine's schema nothing is known about its parameters: they stay.
    values: engine ? parsed.values : store.values,
  });
  const error = isApiError(update.error) ? update.error : undefined;
  const conflict = error?.status === 412;

  const submit = form.onSubmit((sent) => {
    if (!change || Object.keys(parsed.problems).length > 0 || update.isPending) return;
    update.mutate(
      { change, etag: base.etag },
      {
        onSuccess: (saved) => {
          notifications.show({ title: "Saved", message: `${store.name} is brought to the new settings.` });
          follow(sent, saved);
        },
        onError: (problem) => {
          if (isApiError(problem)) form.setErrors(inputErrors(problem, parameters));
        },
      },
    );
  });
  const readNewest = async () => {
    const newest = await onReload();
    if (!newest) return;
    follow(settingsOf(store), newest);
    update.reset();
  };

  return (
    <Panel title="Settings">
      <UnsavedChanges there={differ(typed, settingsOf(store)) && !update.isPending} />
      <form ref={element} onSubmit={submit} noValidate className={classes.form}>
        <Stack gap="md">
          {conflict ? (
            <Alert color="yellow" role="alert" title="The store has changed meanwhile">
              Somebody else saved other settings. What you typed is still here; read the newest state, then
              save again.
              <Button variant="default" size="xs" mt="xs" display="block" onClick={() => void readNewest()}>
                Read the newest state
              </Button>
            </Alert>
          ) : (
            <ProblemAlert error={error} title="The settings could not be saved" />
          )}
          <StoreFields
            form={form}
            engine={store.engine}
            plans={[...new Set([...(engine?.plans ?? []), store.plan])]}
            planMeaning="A new plan restarts the store's parts; its data stays"
          />
          <StoreParameters form={form} label="Parameters" fields={fields} problems={parsed.problems} />
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
