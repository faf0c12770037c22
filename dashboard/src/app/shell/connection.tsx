import { IconPlugConnectedX } from "@tabler/icons-react";
import { useStreamState } from "../stream/stream";
import classes from "./connection.module.css";

/** Says when what is shown may be old. */
export function Connection() {
  const state = useStreamState();
  return (
    <div role="status" aria-live="polite">
      {state === "lost" ? (
        <p className={classes.lost}>
          <IconPlugConnectedX size={16} aria-hidden />
          Reconnecting to the server. What you see may be out of date.
        </p>
      ) : null}
    </div>
  );
}
