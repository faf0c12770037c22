import { Button, Checkbox, Collapse, Divider, NativeSelect, Stack, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { ProblemAlert } from "@/components/forms/problem-alert";
import { Panel } from "@/components/page/panel";
import { StoreFields, StoreParameters } from "@/components/stores/store-fields";
import { defaultPlan } from "@/domain/plans/plan-choices";
import { useMe } from "@/domain/session/me";
import { isAdmin, teamsToCreateIn } from "@/domain/session/permissions";
import { expiryProblem } from "@/domain/stores/expiry-input";
import { hostsOf } from "@/domain/stores/hosts";
import { useStoreList } from "@/domain/stores/store-list";
import { inputErrors, type StoreValues } from "@/domain/stores/store-values";
import { teamsQuery } from "@/domain/teams/teams";
import { isApiError } from "@/lib/api/api-error";
import type { CreateStore, Engine } from "@/lib/api/types";
import { fieldsOf, parseValues } from "@/lib/schema-form/schema-form";
import { timeOfLocalInput } from "@/lib/time/local-input";
import { mayBeCreated, nameCheckQuery, useCreateStore } from "../api/create-store";
import { addressAround, nameProblem, suggestName } from "../names";
import classes from "./create-form.module.css";

const NONE: never[] = [];

interface NewStore extends StoreValues {
  name: string;
  /** Empty: the one that most want. */
  team: string;
  /** Empty: the newest. */
  version: string;
  sampleData: boolean;
}

/** What depends on the engine. */
type EngineChoices = Pick<NewStore, "plan" | "version" | "raw">;

const firstChoices = (engine: Engine): EngineChoices => ({
  plan: defaultPlan(engine.plans),
  version: "",
  raw: {},
});

export function CreateForm({ engine }: { engine: Engine }) {
  const navigate = useNavigate();
  const create = useCreateStore();
  const { data: list } = useStoreList();
  const stores = list?.stores ?? NONE;
  const taken = useMemo(() => new Set(stores.map((store) => store.name)), [stores]);
  const teams = useTeams();

  const [firstName] = useState(() => suggestName(taken));
  const [more, setMore] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const form = useForm<NewStore>({
    initialValues: {
      name: firstName,
      team: "",
      title: "",
      adminEmail: "",
      note: "",
      hosts: "",
      expires: "",
      sampleData: true,
      ...firstChoices(engine),
    },
    validate: () => ({ expires: expiryProblem(element.current) }),
    // What the API said of a field stays until it is asked again.
    clearInputErrorOnChange: false,
  });
  const { setValues, setErrors } = form;
  const { name, team, raw } = form.values;
  const touched = form.isTouched("name");
  useEngineChoices(engine, form);
  const fields = useMemo(() => fieldsOf(engine.parameters), [engine]);
  const parameters = fields.map((field) => field.name);
  const parsed = parseValues(fields, raw);
  const moreId = useId();
  const submitButton = useRef<HTMLButtonElement>(null);

  const chosenTeam = team || (teams.includes("default") ? "default" : teams[0]);
  const [askedName] = useDebouncedValue(name, 250);
  const asked = { name: askedName, engine: engine.name, ...(chosenTeam ? { team: chosenTeam } : {}) };
  const check = useQuery({ ...nameCheckQuery(asked), enabled: !nameProblem(askedName) });
  const ours =
    create.variables?.name === name && (create.isPending || create.isSuccess || mayBeCreated(create.error));
  const takenText = ours
    ? undefined
    : taken.has(name)
      ? `A store named '${name}' exists already.`
      : askedName === name
        ? check.data?.taken
        : undefined;
  const nameError = nameProblem(name) ?? takenText;

  // A suggestion that turns out to be taken is replaced; what a person typed is not.
  useEffect(() => {
    if (!touched && takenText) setValues({ name: suggestName(new Set([...taken, name])) });
  }, [touched, takenText, taken, name, setValues]);
  // The second click: it is enough to press Enter.
  const { reset } = create;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another engine is the reason
  useEffect(() => {
    reset();
    setErrors({});
    submitButton.current?.focus({ preventScroll: true });
  }, [engine.name, reset, setErrors]);

  const around = addressAround(stores);
  const address =
    (askedName === name ? check.data?.url : undefined) ??
    (around && `${around.before}${name}${around.after}`);
  const error = isApiError(create.error) ? create.error : undefined;
  const elsewhere = error && Object.keys(inputErrors(error, parameters)).length === 0;

  const submit = form.onSubmit(
    (typed) => {
      if (nameError || create.isPending) return;
      if (Object.keys(parsed.problems).length > 0) {
        setMore(true);
        return;
      }
      const { plan, version, title, adminEmail, note, hosts, expires, sampleData } = typed;
      const expiresAt = timeOfLocalInput(expires);
      const wanted: CreateStore = {
        name,
        engine: engine.name,
        sampleData,
        ...(plan ? { plan } : {}),
        ...(chosenTeam ? { team: chosenTeam } : {}),
        ...(version ? { engineVersion: version } : {}),
        ...(title.trim() ? { title: title.trim() } : {}),
        ...(note.trim() ? { note: note.trim() } : {}),
        ...(adminEmail.trim() ? { adminEmail: adminEmail.trim() } : {}),
        ...(hosts.trim() ? { hosts: hostsOf(hosts) } : {}),
        ...(expiresAt ? { expiresAt } : {}),
        ...(Object.keys(parsed.values).length > 0 ? { values: parsed.values } : {}),
      };
      create.mutate(wanted, {
        onSuccess: () => void navigate({ to: "/stores/$name", params: { name } }),
        onError: (problem) => {
          if (isApiError(problem)) setErrors(inputErrors(problem, parameters));
          setMore(true);
        },
      });
    },
    () => setMore(true),
  );

  return (
    <Panel>
      <form ref={element} onSubmit={submit} noValidate>
        <Stack gap="md">
          {elsewhere ? <ProblemAlert error={error} title="The store could not be created" /> : null}
          <TextInput
            label="Name"
            {...form.getInputProps("name", { withFocus: false })}
            onChange={(event) => form.setFieldValue("name", event.currentTarget.value.trim())}
            error={nameError ?? form.errors.name}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={60}
            inputWrapperOrder={["label", "input", "description", "error"]}
            description={
              <span className={classes.address}>
                {address ? (
                  <>
                    Address: <b>{address}</b>
                  </>
                ) : (
                  <>
                    The address begins with <b>{name || "the name"}</b>.
                  </>
                )}
              </span>
            }
          />
          <div className={classes.actions}>
            <Button type="submit" ref={submitButton} loading={create.isPending} disabled={Boolean(nameError)}>
              Create
            </Button>
            <Button
              variant="subtle"
              aria-expanded={more}
              aria-controls={moreId}
              leftSection={
                more ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />
              }
              onClick={() => setMore(!more)}
            >
              More options
            </Button>
          </div>
          <Collapse expanded={more} id={moreId}>
            <Stack gap="md">
              <Divider />
              <StoreFields
                form={form}
                engine={engine.name}
                plans={engine.plans}
                planMeaning="How much it may use"
                defaultTitle={name}
              >
                <NativeSelect
                  label="Team"
                  description="Who owns it"
                  data={teams}
                  {...form.getInputProps("team")}
                  value={chosenTeam ?? ""}
                />
                {engine.versions.length > 1 ? (
                  <NativeSelect
                    label="Version"
                    data={[{ value: "", label: `Newest (${engine.versions[0]})` }, ...engine.versions]}
                    {...form.getInputProps("version")}
                  />
                ) : null}
              </StoreFields>
              <Checkbox
                label="Sample data"
                description="Begin with a few products"
                {...form.getInputProps("sampleData", { type: "checkbox" })}
              />
              <StoreParameters
                form={form}
                label={`Parameters of ${engine.displayName}`}
                fields={fields}
                problems={parsed.problems}
              />
            </Stack>
          </Collapse>
        </Stack>
      </form>
    </Panel>
  );
}

/** Another engine finds what was chosen for it before; everything else stays as it was typed. */
function useEngineChoices(engine: Engine, form: UseFormReturnType<NewStore>) {
  const { setValues, getValues } = form;
  const chosen = useRef(new Map<string, EngineChoices>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another engine is the reason
  useLayoutEffect(() => {
    const before = chosen.current;
    setValues(before.get(engine.name) ?? firstChoices(engine));
    return () => {
      const { plan, version, raw } = getValues();
      before.set(engine.name, { plan, version, raw });
    };
  }, [engine.name]);
}

/** Where one may create stores; an admin in every team. */
function useTeams(): string[] {
  const me = useMe();
  const admin = isAdmin(me);
  const { data } = useQuery({ ...teamsQuery, enabled: admin });
  if (!admin) return teamsToCreateIn(me);
  return data?.items.map((team) => team.name) ?? ["default"];
}
