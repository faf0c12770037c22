import { Button, Checkbox, Collapse, Divider, NativeSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { ProblemAlert } from "@/components/forms/problem-alert";
import { SchemaFields } from "@/components/forms/schema-fields";
import { Panel } from "@/components/page/panel";
import { defaultPlan, usePlanChoices } from "@/domain/plans/plan-choices";
import { useMe } from "@/domain/session/me";
import { isAdmin, teamsToCreateIn } from "@/domain/session/permissions";
import { expiryProblem, latestExpiry } from "@/domain/stores/expiry-input";
import { hostsOf } from "@/domain/stores/hosts";
import { useStoreList } from "@/domain/stores/store-list";
import { teamsQuery } from "@/domain/teams/teams";
import { isApiError } from "@/lib/api/api-error";
import type { CreateStore, Engine } from "@/lib/api/types";
import { fieldsOf, parseValues, type RawValues } from "@/lib/schema-form/schema-form";
import { timeOfLocalInput } from "@/lib/time/local-input";
import { mayBeCreated, nameCheckQuery, useCreateStore } from "../api/create-store";
import { addressAround, nameProblem, suggestName } from "../names";
import classes from "./create-form.module.css";

const NONE: never[] = [];

/** What depends on the engine. */
interface EngineChoices {
  plan: string;
  version: string;
  raw: RawValues;
}

export function CreateForm({ engine }: { engine: Engine }) {
  const navigate = useNavigate();
  const create = useCreateStore();
  const { data: list } = useStoreList();
  const stores = list?.stores ?? NONE;
  const taken = useMemo(() => new Set(stores.map((store) => store.name)), [stores]);
  const teams = useTeams();
  const planChoices = usePlanChoices(engine.name, engine.plans);

  const [name, setName] = useState(() => suggestName(taken));
  const [touched, setTouched] = useState(false);
  const [more, setMore] = useState(false);
  const [team, setTeam] = useState<string>();
  const [title, setTitle] = useState("");
  const [adminEmail, setAdminEmail] = useState("");
  const [hosts, setHosts] = useState("");
  const [expires, setExpires] = useState("");
  const [expiresProblem, setExpiresProblem] = useState<string>();
  const [sampleData, setSampleData] = useState(true);
  // By engine: another one leaves everything else as it was typed.
  const [choices, setChoices] = useState<Record<string, EngineChoices>>({});
  const chosen = choices[engine.name] ?? { plan: defaultPlan(engine.plans), version: "", raw: {} };
  const { plan, version, raw } = chosen;
  const choose = (part: Partial<EngineChoices>) =>
    setChoices((before) => ({ ...before, [engine.name]: { ...chosen, ...part } }));
  const fields = useMemo(() => fieldsOf(engine.parameters), [engine]);
  const parsed = parseValues(fields, raw);
  const moreId = useId();
  const submitButton = useRef<HTMLButtonElement>(null);

  const chosenTeam = team ?? (teams.includes("default") ? "default" : teams[0]);
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
    if (!touched && takenText) setName(suggestName(new Set([...taken, name])));
  }, [touched, takenText, taken, name]);
  // The second click: it is enough to press Enter.
  const { reset } = create;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another engine is the reason
  useEffect(() => {
    reset();
    submitButton.current?.focus({ preventScroll: true });
  }, [engine.name, reset]);

  const around = addressAround(stores);
  const address =
    (askedName === name ? check.data?.url : undefined) ??
    (around && `${around.before}${name}${around.after}`);
  const error = isApiError(create.error) ? create.error : undefined;
  const elsewhere = error?.fields.every(
    (field) =>
      !isShown(
        field.pointer,
        fields.map((one) => one.name),
      ),
  );

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (nameError || create.isPending) return;
    const wrongDate = expiryProblem(event.currentTarget);
    setExpiresProblem(wrongDate);
    if (wrongDate || Object.keys(parsed.problems).length > 0) {
      setMore(true);
      return;
    }
    const expiresAt = timeOfLocalInput(expires);
    const wanted: CreateStore = {
      name,
      engine: engine.name,
      sampleData,
      ...(plan ? { plan } : {}),
      ...(chosenTeam ? { team: chosenTeam } : {}),
      ...(version ? { engineVersion: version } : {}),
      ...(title.trim() ? { title: title.trim() } : {}),
      ...(adminEmail.trim() ? { adminEmail: adminEmail.trim() } : {}),
      ...(hosts.trim() ? { hosts: hostsOf(hosts) } : {}),
      ...(expiresAt ? { expiresAt } : {}),
      ...(Object.keys(parsed.values).length > 0 ? { values: parsed.values } : {}),
    };
    create.mutate(wanted, {
      onSuccess: () => void navigate({ to: "/stores/$name", params: { name } }),
      onError: () => setMore(true),
    });
  };

  return (
    <Panel>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {elsewhere ? <ProblemAlert error={error} title="The store could not be created" /> : null}
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => {
              setTouched(true);
              setName(event.currentTarget.value.trim());
            }}
            error={nameError ?? error?.field("/name")}
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
              <div className={classes.grid}>
                <TextInput
                  label="Title"
                  description="What shoppers read"
                  placeholder={name}
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
                  description="How much it may use"
                  data={planChoices}
                  value={plan}
                  onChange={(event) => choose({ plan: event.currentTarget.value })}
                  error={error?.field("/plan")}
                />
                <NativeSelect
                  label="Team"
                  description="Who owns it"
                  data={teams}
                  value={chosenTeam ?? ""}
                  onChange={(event) => setTeam(event.currentTarget.value)}
                  error={error?.field("/team")}
                />
                <TextInput
                  label="Expires"
                  description="When it deletes itself; empty: never"
                  name="expires"
                  type="datetime-local"
                  max={latestExpiry}
                  value={expires}
                  onChange={(event) => setExpires(event.currentTarget.value)}
                  error={expiresProblem ?? error?.field("/expiresAt")}
                />
                {engine.versions.length > 1 ? (
                  <NativeSelect
                    label="Version"
                    data={[{ value: "", label: `Newest (${engine.versions[0]})` }, ...engine.versions]}
                    value={version}
                    onChange={(event) => choose({ version: event.currentTarget.value })}
                    error={error?.field("/engineVersion")}
                  />
                ) : null}
              </div>
              <Textarea
                label="Further host names"
                description="One a line; they must lead to this platform"
                placeholder="shop.example.com"
                rows={2}
                value={hosts}
                onChange={(event) => setHosts(event.currentTarget.value)}
                error={error?.fields.find((field) => field.pointer.startsWith("/hosts"))?.detail}
              />
              <Checkbox
                label="Sample data"
                description="Begin with a few products"
                checked={sampleData}
                onChange={(event) => setSampleData(event.currentTarget.checked)}
              />
              {fields.length > 0 ? (
                <>
                  <Divider label={`Parameters of ${engine.displayName}`} labelPosition="left" />
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
                      onChange={(field, value) => choose({ raw: { ...raw, [field]: value } })}
                    />
                  </div>
                </>
              ) : null}
            </Stack>
          </Collapse>
        </Stack>
      </form>
    </Panel>
  );
}

/** Whether a wrong field of the request is shown beside its input. */
function isShown(pointer: string, parameters: string[]): boolean {
  return (
    /^\/(name|title|adminEmail|plan|team|engineVersion|expiresAt|hosts)(\/|$)/.test(pointer) ||
    parameters.some((name) => pointer === `/values/${name}`)
  );
}

/** Where one may create stores; an admin in every team. */
function useTeams(): string[] {
  const me = useMe();
  const admin = isAdmin(me);
  const { data } = useQuery({ ...teamsQuery, enabled: admin });
  if (!admin) return teamsToCreateIn(me);
  return data?.items.map((team) => team.name) ?? ["default"];
}
