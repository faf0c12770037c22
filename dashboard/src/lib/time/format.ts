/** 0.04 → "40 ms", 0.12 → "0.1 s", 12.3 → "12 s", 75 → "1 min 15 s", 7300 → "2 h 1 min". */
export function formatDuration(seconds: number): string {
  const value = Math.max(0, seconds);
  if (value < 0.0995) return `${Math.round(value * 1000)} ms`;
  if (value < 9.95) return `${value.toFixed(1)} s`;
  if (value < 59.5) return `${Math.round(value)} s`;
  const whole = Math.round(value);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(" ");
}

/** How long ago or how far ahead, with one unit: "just now", "5 min ago", "in 3 d". */
export function formatRelative(at: string, now: number): string {
  const seconds = (now - Date.parse(at)) / 1000;
  const distance = Math.abs(seconds);
  // Clocks of browsers are a little off; a store is not created in the future.
  if (distance < 10) return "just now";
  const text =
    distance < 60
      ? `${Math.floor(distance)} s`
      : distance < 3600
        ? `${Math.floor(distance / 60)} min`
        : distance < 86_400
          ? `${Math.floor(distance / 3600)} h`
          : `${Math.floor(distance / 86_400)} d`;
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

/** In the reader's own time zone and manner. */
export function formatDateTime(at: string): string {
  return dateTime.format(new Date(at));
}

/** The time of day, after the day where that is not today's. */
export function formatMoment(at: string, now: number): string {
  const date = new Date(at);
  const today = date.toDateString() === new Date(now).toDateString();
  return today ? clock.format(date) : `${day.format(date)} ${clock.format(date)}`;
}

export function formatClock(at: string): string {
  return clock.format(new Date(at));
}
