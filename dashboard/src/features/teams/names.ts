/** What is wrong with the name of a new team, as the API sees it. */
export function teamNameProblem(name: string): string | undefined {
  if (name === "") return "A team needs a name.";
  if (name.length > 40) return "At most 40 characters.";
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)
    ? undefined
    : "Only a-z, 0-9 and '-', with a letter or figure at both ends.";
}

/** "Agency clients, Europe" → "agency-clients-europe". */
export function nameFrom(displayName: string): string {
  return displayName
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
}
