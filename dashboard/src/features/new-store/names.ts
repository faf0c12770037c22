const firstWords = [
  "amber",
  "birch",
  "cedar",
  "clover",
  "copper",
  "coral",
  "fern",
  "harbor",
  "hazel",
  "juniper",
  "linen",
  "maple",
  "meadow",
  "olive",
  "pebble",
  "river",
  "saffron",
  "sage",
  "willow",
  "wren",
];
const secondWords = ["shop", "store", "market", "corner", "goods", "house"];

/** A name that is not taken as far as is known, pleasant enough to keep. */
export function suggestName(taken: ReadonlySet<string>, random: () => number = Math.random): string {
  const pick = (words: string[]) => words[Math.floor(random() * words.length)] ?? "my";
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const name = `${pick(firstWords)}-${pick(secondWords)}`;
    if (!taken.has(name)) return name;
  }
  let number = 2;
  while (taken.has(`my-shop-${number}`)) number += 1;
  return `my-shop-${number}`;
}

/** What the contract says of a store's name; undefined where it is fine. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "A store needs a name.";
  if (name.length > 40) return "At most 40 characters.";
  if (/[A-Z]/.test(name)) return "Small letters only: the name becomes part of the address.";
  if (!/^[a-z0-9-]*$/.test(name)) return "Only a-z, 0-9 and '-': the name becomes part of the address.";
  if (!/^[a-z0-9].*[a-z0-9]$|^[a-z0-9]$/.test(name)) return "It must begin and end with a letter or a digit.";
  return undefined;
}

/** Where stores are below, learnt from those that there are: "https://", ".shops.example.com/". */
export function addressAround(
  stores: ReadonlyArray<{ name: string; url?: string }>,
): { before: string; after: string } | undefined {
  for (const { name, url } of stores) {
    const start = url?.indexOf(`//${name}.`) ?? -1;
    if (url && start >= 0) {
      return { before: url.slice(0, start + 2), after: url.slice(start + 2 + name.length) };
    }
  }
  return undefined;
}
