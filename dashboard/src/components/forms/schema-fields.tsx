import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { RawValues, SchemaField } from "@/lib/schema-form/schema-form";

interface SchemaFieldsProps {
  fields: readonly SchemaField[];
  raw: RawValues;
  problems: Readonly<Record<string, ReactNode>>;
  onChange: (name: string, value: string) => void;
}

/** The form of an engine's parameters. */
export function SchemaFields({ fields, raw, problems, onChange }: SchemaFieldsProps) {
  return fields.map((field) => {
    const common = {
      label: field.label,
      description: field.description,
      required: field.required,
      error: problems[field.name],
      value: raw[field.name] ?? "",
      onChange: (event: { currentTarget: { value: string } }) =>
        onChange(field.name, event.currentTarget.value),
    };
    const unset = field.fallback === undefined ? "As the plan has it" : `Default: ${field.fallback}`;
    if (field.kind === "switch") {
      return (
        <NativeSelect
          key={field.name}
          {...common}
          data={[
            { value: "", label: unset },
            { value: "true", label: "On" },
            { value: "false", label: "Off" },
          ]}
        />
      );
    }
    if (field.kind === "choice") {
      return (
        <NativeSelect key={field.name} {...common} data={[{ value: "", label: unset }, ...field.choices]} />
      );
    }
    if (field.kind === "json")
      return <Textarea key={field.name} {...common} placeholder="JSON" autosize={false} />;
    return (
      <TextInput
        key={field.name}
        {...common}
        placeholder={unset}
        inputMode={field.kind === "number" ? (field.integer ? "numeric" : "decimal") : "text"}
        autoComplete="off"
        spellCheck={false}
      />
    );
  });
}
