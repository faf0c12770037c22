import { Alert } from "@mantine/core";
import { isApiError } from "@/lib/api/api-error";

interface ProblemAlertProps {
  error: unknown;
  /** Where the error is none of the API: "The team could not be saved". */
  title: string;
}

/** Why a form was refused, above its fields. */
export function ProblemAlert({ error, title }: ProblemAlertProps) {
  if (!error) return null;
  return (
    <Alert color="red" role="alert" title={isApiError(error) ? error.message : title}>
      {isApiError(error) ? error.remedy : "Try again in a few seconds."}
    </Alert>
  );
}

/** What the API says about one field, for example "/name". */
export function fieldError(error: unknown, pointer: string): string | undefined {
  return isApiError(error) ? error.field(pointer) : undefined;
}
