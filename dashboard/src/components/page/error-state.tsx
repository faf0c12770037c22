import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { isApiError } from "@/lib/api/api-error";
import classes from "./states.module.css";

interface ErrorStateProps {
  error: unknown;
  /** What could not be done, as a heading: "The stores could not be loaded". */
  title: string;
  onRetry?: () => void;
}

/** What went wrong, what to do, and what to quote to whoever runs the platform. */
export function ErrorState({ error, title, onRetry }: ErrorStateProps) {
  const known = isApiError(error) ? error : undefined;
  return (
    <div className={classes.state} role="alert">
      <IconAlertTriangle aria-hidden className={classes.warning} />
      <h2>{title}</h2>
      <p>{known ? known.message : "Something went wrong in this page."}</p>
      <p className={classes.muted}>
        {known ? known.remedy : "Reload it; if that does not help, tell whoever runs the platform."}
      </p>
      {known?.requestId ? <p className={classes.request}>Request {known.requestId}</p> : null}
      {onRetry ? (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
