/** Readers for query strings: what is missing or wrong is undefined, as anybody may write an address. */
export function textParam(value: unknown): string | undefined {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  return typeof text === "string" && text !== "" ? text.slice(0, 200) : undefined;
}

export function choiceParam<const T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

export function flagParam(value: unknown): true | undefined {
  return value === true ? true : undefined;
}
