/** The part of JSON Schema that engines use for their parameters, as a form understands it. */
export interface SchemaField {
  name: string;
  kind: "text" | "number" | "switch" | "choice" | "json";
  label: string;
  description?: string | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  integer: boolean;
  pattern?: string | undefined;
  maxLength?: number | undefined;
  choices: string[];
  /** What the schema says applies without a value. */
  fallback?: string | undefined;
  required: boolean;
}

/** What is typed, by field; "" means: leave it to the plan. */
export type RawValues = Readonly<Record<string, string>>;

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** smtpHost → "Smtp host", for a parameter without a title. */
function labelOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[-_]+/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function kindOf(property: Json): SchemaField["kind"] {
  if (Array.isArray(property.enum)) return "choice";
  if (property.type === "boolean") return "switch";
  if (property.type === "integer" || property.type === "number") return "number";
  return property.type === "string" ? "text" : "json";
}

/** The fields of an object schema, in its order. */
export function fieldsOf(schema: Json): SchemaField[] {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    return {
      name,
      kind: kindOf(property),
      label: text(property.title) ?? labelOf(name),
      description: text(property.description),
      minimum: number(property.minimum),
      maximum: number(property.maximum),
      integer: property.type === "integer",
      pattern: text(property.pattern),
      maxLength: number(property.maxLength),
      choices: Array.isArray(property.enum) ? property.enum.map(String) : [],
      fallback: property.default === undefined ? undefined : toRaw(property.default),
      required: required.includes(name),
    };
  });
}

function toRaw(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What is set already, as it would be typed. */
export function rawValuesOf(values: Json): RawValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toRaw(value)]));
}

/** What is wrong with the text of a field; undefined where nothing is. */
function problemOf(field: SchemaField, raw: string): string | undefined {
  if (raw === "") return field.required ? "This is needed." : undefined;
  switch (field.kind) {
    case "number": {
      const value = Number(raw);
      if (!Number.isFinite(value) || (field.integer && !Number.isInteger(value))) {
        return field.integer ? "This must be a whole number." : "This must be a number.";
      }
      if (field.minimum !== undefined && value < field.minimum) return `At least ${field.minimum}.`;
      if (field.maximum !== undefined && value > field.maximum) return `At most ${field.maximum}.`;
      return undefined;
    }
    case "text":
      if (field.maxLength !== undefined && raw.length > field.maxLength)
        return `At most ${field.maxLength} characters.`;
      if (field.pattern !== undefined && !matchesPattern(field.pattern, raw))
        return `This does not fit ${field.pattern}`;
      return undefined;
    case "json":
      try {
        JSON.parse(raw);
        return undefined;
      } catch {
        return "This is not JSON.";
      }
    default:
      return undefined;
  }
}

function matchesPattern(pattern: string, raw: string): boolean {
  try {
    return new RegExp(pattern, "u").test(raw);
  } catch {
    // An engine's author may use what only the server understands: it decides then.
    return true;
  }
}

function toValue(field: SchemaField, raw: string): unknown {
  switch (field.kind) {
    case "number":
      return Number(raw);
    case "switch":
      return raw === "true";
    case "json":
      return JSON.parse(raw);
    default:
      return raw;
  }
}

export interface Parsed {
  /** What was typed, with the schema's types; without what was left empty. */
  values: Json;
  problems: Record<string, string>;
}

export function parseValues(fields: readonly SchemaField[], raw: RawValues): Parsed {
  const values: Json = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const typed = raw[field.name] ?? "";
    const problem = problemOf(field, typed);
    if (problem) problems[field.name] = problem;
    else if (typed !== "") values[field.name] = toValue(field, typed);
  }
  return { values, problems };
}

/** A merge patch (RFC 7396) from what is set to what was typed: emptied fields become null. Undefined: no change. */
export function patchOf(before: Json, after: Json): Json | undefined {
  const patch: Json = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!(name in after)) patch[name] = null;
    else if (JSON.stringify(after[name]) !== JSON.stringify(before[name])) patch[name] = after[name];
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
