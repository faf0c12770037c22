import { describe, expect, it } from "vitest";
import { fieldsOf, parseValues, patchOf, rawValuesOf } from "./schema-form";

const schema = {
  type: "object",
  required: ["host"],
  properties: {
    phpWorkers: { type: "integer", minimum: 1, maximum: 32, title: "PHP workers" },
    cacheSize: { type: "string", pattern: "^[1-9][0-9]*[MG]i$" },
    outbound: { type: "boolean", default: true },
    mode: { type: "string", enum: ["fast", "safe"] },
    host: { type: "string", maxLength: 5 },
    extra: { type: "array" },
  },
};
const fields = fieldsOf(schema);

it("makes a field of every parameter, in the schema's order", () => {
  expect(fields.map((field) => [field.name, field.kind, field.label])).toEqual([
    ["phpWorkers", "number", "PHP workers"],
    ["cacheSize", "text", "Cache size"],
    ["outbound", "switch", "Outbound"],
    ["mode", "choice", "Mode"],
    ["host", "text", "Host"],
    ["extra", "json", "Extra"],
  ]);
  expect(fieldsOf({})).toEqual([]);
  expect(fieldsOf({ properties: { odd: true } })).toEqual([]);
});

it("gives what was typed the schema's types, and leaves out what was left empty", () => {
  const raw = { phpWorkers: "8", cacheSize: "", outbound: "false", mode: "safe", host: "a", extra: "[1]" };
  expect(parseValues(fields, raw)).toEqual({
    values: { phpWorkers: 8, outbound: false, mode: "safe", host: "a", extra: [1] },
    problems: {},
  });
});

describe("what is wrong", () => {
  it.each([
    ["phpWorkers", "0"],
    ["phpWorkers", "33"],
    ["phpWorkers", "1.5"],
    ["phpWorkers", "many"],
    ["cacheSize", "64MB"],
    ["host", ""],
    ["host", "abcdef"],
    ["extra", "{"],
  ])("%s = %j", (name, value) => {
    const { values, problems } = parseValues(fields, { host: "a", [name]: value });
    expect(problems[name]).toBeTruthy();
    expect(values).not.toHaveProperty(name);
  });

  it("is for the server to say where a pattern is beyond this browser", () => {
    const [field] = fieldsOf({ properties: { odd: { type: "string", pattern: "(" } } });
    expect(parseValues(field ? [field] : [], { odd: "x" }).problems).toEqual({});
  });
});

it("comes back from what is set to what would be typed", () => {
  const values = { phpWorkers: 8, outbound: false, mode: "safe", host: "a", extra: [1] };
  expect(parseValues(fields, rawValuesOf(values)).values).toEqual(values);
});

it("patches what changed and nulls what was emptied", () => {
  expect(patchOf({ a: 1, b: 2, c: [1] }, { a: 1, c: [2], d: 3 })).toEqual({ b: null, c: [2], d: 3 });
  expect(patchOf({ a: 1 }, { a: 1 })).toBeUndefined();
});
