/** A time as `<input type="datetime-local">` has it, in the browser's zone; empty where there is none. */
export function localInputOf(at: string | undefined): string {
  if (!at) return "";
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The other way round; undefined where nothing was typed. */
export function timeOfLocalInput(text: string): string | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
