import { IconHourglass } from "@tabler/icons-react";
import { Status } from "@/components/status";
import { formatDateTime, formatDuration } from "@/lib/time/format";
import { useNow } from "@/lib/time/use-now";

const SOON = 24 * 3600;

/** How long the store still has. */
export function Expiry({ at }: { at: string }) {
  const now = useNow(1000);
  const left = (Date.parse(at) - now) / 1000;
  return (
    <p>
      <Status tone={left < SOON ? "caution" : "idle"} icon={<IconHourglass />}>
        {left > 0 ? `Expires in ${formatDuration(left)}` : "Expired"}
      </Status>{" "}
      <time dateTime={at}>{formatDateTime(at)}</time>
    </p>
  );
}
