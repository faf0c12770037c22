import { Divider, NativeSelect, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import { usePlanChoices } from "@/domain/plans/plan-choices";
import { latestExpiry } from "@/domain/stores/expiry-input";
import type { StoreValues } from "@/domain/stores/store-values";
import type { Parsed, SchemaField } from "@/lib/schema-form/schema-form";
import { SchemaFields } from "../forms/schema-fields";
import classes from "./store-fields.module.css";

type StoreForm = UseFormReturnType<StoreValues>;

interface StoreFieldsProps {
  form: StoreForm;
  engine: string;
  plans: readonly string[];
  /** What choosing a plan does. */
  planMeaning: string;
  /** What the title is where none is typed. */
  defaultTitle?: string;
  /** Further inputs, after the plan. */
  children?: ReactNode;
}

/** The inputs for what every store has: in a new one and in the settings of one. */
export function StoreFields(props: StoreFieldsProps) {
  const { form, engine, plans, planMeaning, defaultTitle, children } = props;
  const planChoices = usePlanChoices(engine, plans);
  return (
    <>
      <div className={classes.grid}>
        <TextInput
          label="Title"
          description="What shoppers read"
          placeholder={defaultTitle}
          maxLength={200}
          {...form.getInputProps("title")}
        />
        <TextInput
          label="Admin e-mail"
          description="Gets the store's mail"
          type="email"
          {...form.getInputProps("adminEmail")}
        />
        <TextInput
          label="Note"
          description="What it is for; only its team reads this"
          maxLength={500}
          {...form.getInputProps("note")}
        />
        <NativeSelect
          label="Plan"
          name="plan"
          description={planMeaning}
          data={planChoices}
          {...form.getInputProps("plan")}
        />
        {children}
        <TextInput
          label="Expires"
          description="When the store deletes itself; empty: never"
          name="expires"
          type="datetime-local"
          max={latestExpiry}
          {...form.getInputProps("expires")}
        />
      </div>
      <Textarea
        label="Further host names"
        name="hosts"
        description="One a line; they must lead to this platform"
        placeholder="shop.example.com"
        rows={3}
        {...form.getInputProps("hosts")}
      />
    </>
  );
}

interface StoreParametersProps {
  form: StoreForm;
  label: string;
  fields: readonly SchemaField[];
  /** What is wrong with what is typed. */
  problems: Parsed["problems"];
}

/** The inputs for the parameters of the store's engine; nothing where it has none. */
export function StoreParameters({ form, label, fields, problems }: StoreParametersProps) {
  if (fields.length === 0) return null;
  const errorOf = ({ name }: SchemaField) => problems[name] ?? form.errors[`raw.${name}`];
  return (
    <>
      <Divider label={label} labelPosition="left" />
      <div className={classes.grid} data-parameters>
        <SchemaFields
          fields={fields}
          raw={form.values.raw}
          problems={Object.fromEntries(fields.map((field) => [field.name, errorOf(field)]))}
          onChange={(name, value) => form.setValues({ raw: { ...form.getValues().raw, [name]: value } })}
        />
      </div>
    </>
  );
}
