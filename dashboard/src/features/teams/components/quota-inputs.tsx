import { Checkbox, Stack, TextInput } from "@mantine/core";
import { useEngines } from "@/domain/engines/engines";
import type { ParsedQuota, QuotaFields } from "../quota";
import classes from "./quota-inputs.module.css";

interface QuotaInputsProps {
  fields: QuotaFields;
  problems: ParsedQuota["problems"];
  onChange: (fields: QuotaFields) => void;
}

export function QuotaInputs({ fields, problems, onChange }: QuotaInputsProps) {
  const { data: engines } = useEngines();
  const known = [...new Set([...(engines ?? []).flatMap((engine) => engine.plans), ...(fields.plans ?? [])])];
  const toggle = (plan: string) =>
    onChange({
      ...fields,
      plans: fields.plans?.includes(plan)
        ? fields.plans.filter((one) => one !== plan)
        : [...(fields.plans ?? []), plan],
    });
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          label="Most stores"
          placeholder="No limit"
          inputMode="numeric"
          autoComplete="off"
          value={fields.stores}
          onChange={(event) => onChange({ ...fields, stores: event.currentTarget.value })}
          error={problems.stores}
        />
        <TextInput
          label="Most storage, GiB"
          placeholder="No limit"
          inputMode="decimal"
          autoComplete="off"
          value={fields.storage}
          onChange={(event) => onChange({ ...fields, storage: event.currentTarget.value })}
          error={problems.storage}
        />
      </div>
      <fieldset className={classes.plans}>
        <legend>Plans that may be chosen</legend>
        <Stack gap="xs">
          <Checkbox
            label="Every plan"
            checked={fields.plans === undefined}
            onChange={(event) =>
              onChange({ ...fields, plans: event.currentTarget.checked ? undefined : known })
            }
          />
          {fields.plans === undefined
            ? null
            : known.map((plan) => (
                <Checkbox
                  key={plan}
                  label={plan}
                  checked={fields.plans?.includes(plan) ?? false}
                  onChange={() => toggle(plan)}
                  classNames={{ root: classes.plan ?? "" }}
                />
              ))}
          {problems.plans ? (
            <p role="alert" className={classes.problem}>
              {problems.plans}
            </p>
          ) : null}
        </Stack>
      </fieldset>
    </>
  );
}
