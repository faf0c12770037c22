import { formatDateTime, formatRelative } from "@/lib/time/format";
import { useNow } from "@/lib/time/use-now";

/** "5 min ago", with the exact time as a title; goes on by itself. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow(10_000);
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatRelative(at, now)}
    </time>
  );
}
