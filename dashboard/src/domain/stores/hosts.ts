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

/** Where a further host name leads to the store: as its own address, with the same port. */
export function addressAt(host: string, url: string | undefined): string {
  const address = new URL(url ?? `http://${host}/`);
  address.hostname = host;
  return address.href;
}
