import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconHourglass } from "@tabler/icons-react";
import { Status } from "@/components/status";
import { EXTENSION_DAYS, expiresSoon, extended } from "@/domain/stores/expiry";
import { isApiError } from "@/lib/api/api-error";
import type { Store } from "@/lib/api/types";
import { formatDateTime, formatDuration } from "@/lib/time/format";
import { useNow } from "@/lib/time/use-now";
import { useUpdateStore } from "../api/update-store";
import classes from "./expiry.module.css";

interface ExpiryProps {
  store: Pick<Store, "name" | "phase">;
  at: string;
  mayChange: boolean;
}

/** How long the store still has, and more of it by one click. */
export function Expiry({ store, at, mayChange }: ExpiryProps) {
  const now = useNow(1000);
  const update = useUpdateStore(store.name);
  const left = (Date.parse(at) - now) / 1000;
  const soon = expiresSoon({ phase: store.phase, expiresAt: at }, now);
  const extend = () =>
    update.mutate(
      { change: { expiresAt: extended(at, Date.now()) }, etag: undefined },
      {
        onSuccess: ({ body }) =>
          notifications.show({
            title: "Extended",
            message: `${store.name} expires on ${formatDateTime(body.expiresAt ?? at)}.`,
          }),
        onError: (error) =>
          notifications.show({
            color: "red",
            title: isApiError(error) ? error.message : "The store could not be extended",
            message: isApiError(error) ? error.remedy : "Try again in a few seconds.",
          }),
      },
    );
  return (
    <div className={classes.expiry}>
      <p>
        <Status tone={soon ? "caution" : "idle"} icon={<IconHourglass />}>
          {left > 0 ? `Expires in ${formatDuration(left)}` : "Expired"}
        </Status>{" "}
        <time dateTime={at}>{formatDateTime(at)}</time>
      </p>
      {mayChange ? (
        <Button variant="default" size="xs" loading={update.isPending} onClick={extend}>
          Extend by {EXTENSION_DAYS} days
        </Button>
      ) : null}
    </div>
  );
}
