/** Host names from a text with one a line; commas and spaces are understood, too. */
export function hostsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter((host) => host !== ""),
    ),
  ];
}
