/** The last moment that a store may be given. */
export const latestExpiry = "2199-12-31T23:59";

/**
 * What is wrong with the field `expires` of a form. A date that is typed by half has no value: sent as it is, it would
 * mean "never".
 */
export function expiryProblem(form: HTMLFormElement | null): string | undefined {
  const input = form?.elements.namedItem("expires");
  return input instanceof HTMLInputElement && !input.validity.valid
    ? "Complete the date, or empty the field."
    : undefined;
}
