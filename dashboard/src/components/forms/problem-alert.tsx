import { Alert } from "@mantine/core";
import { isApiError } from "@/lib/api/api-error";
import classes from "./problem-alert.module.css";

interface ProblemAlertProps {
  error: unknown;
  /** Where the error is none of the API: "The team could not be saved". */
  title: string;
}

/** Why a form was refused, above its fields. */
export function ProblemAlert({ error, title }: ProblemAlertProps) {
  if (!error) return null;
  const known = isApiError(error) ? error : undefined;
  return (
    <Alert color="red" role="alert" title={known ? known.message : title}>
      {known ? known.remedy : "Try again in a few seconds."}
      {known?.requestId ? <span className={classes.request}> Request {known.requestId}</span> : null}
    </Alert>
  );
}

/** What the API says about one field, for example "/name". */
export function fieldError(error: unknown, pointer: string): string | undefined {
  return isApiError(error) ? error.field(pointer) : undefined;
}
