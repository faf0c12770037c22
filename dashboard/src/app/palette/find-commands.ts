const MOST = 30;

interface Findable {
  label: string;
  words: string;
}

/** What has every word of the query in it; what begins with the query first. At most 30. */
export function findCommands<T extends Findable>(commands: readonly T[], query: string): T[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return commands.slice(0, MOST);
  const words = wanted.split(/\s+/);
  const first: T[] = [];
  const then: T[] = [];
  for (const command of commands) {
    const label = command.label.toLowerCase();
    const text = `${label} ${command.words.toLowerCase()}`;
    if (!words.every((word) => text.includes(word))) continue;
    (label.startsWith(wanted) ? first : then).push(command);
  }
  return [...first, ...then].slice(0, MOST);
}
