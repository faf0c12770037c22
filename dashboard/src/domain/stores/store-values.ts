import type { ApiError } from "@/lib/api/api-error";
import type { RawValues } from "@/lib/schema-form/schema-form";

/** What a person sets of a store, as it is typed. */
export interface StoreValues {
  title: string;
  plan: string;
  adminEmail: string;
  note: string;
  /** One a line. */
  hosts: string;
  /** In the browser's zone, to the minute; empty: never. */
  expires: string;
  /** Parameters of the engine. */
  raw: RawValues;
}

const inputs: Readonly<Record<string, string>> = {
  name: "name",
  title: "title",
  adminEmail: "adminEmail",
  note: "note",
  plan: "plan",
  team: "team",
  engineVersion: "version",
  expiresAt: "expires",
  hosts: "hosts",
};

/** The input for a field of the request: "/hosts/0" → "hosts", "/values/workers" → "raw.workers". */
function inputFor(pointer: string, parameters: readonly string[]): string | undefined {
  const parameter = parameters.find((name) => pointer === `/values/${name}`);
  return parameter === undefined ? inputs[pointer.split("/")[1] ?? ""] : `raw.${parameter}`;
}

/** What the API finds wrong, by the input that it is shown beside; what has none is left out. */
export function inputErrors(error: ApiError, parameters: readonly string[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { pointer, detail } of error.fields) {
    const input = inputFor(pointer, parameters);
    if (input !== undefined) errors[input] ??= detail;
  }
  return errors;
}
