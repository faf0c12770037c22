import { Button, Checkbox, PasswordInput, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { fieldError, ProblemAlert } from "@/components/forms/problem-alert";
import { Panel } from "@/components/page/panel";
import { useChangePassword } from "../api/session";
import { newPasswordProblem } from "../new-password";
import { tokensLeft } from "../token-words";
import classes from "./change-password.module.css";

const showButton = { "aria-label": "Show the password", "aria-hidden": false, tabIndex: 0 };

export function ChangePassword({ name }: { name: string }) {
  const change = useChangePassword(name);
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const [again, setAgain] = useState("");
  const [revokeTokens, setRevokeTokens] = useState(false);
  const problem = newPasswordProblem(current, wanted);
  const differs = again !== "" && again !== wanted;
  const ready = current !== "" && !problem && again === wanted;
  const known = fieldError(change.error, "/current") ?? fieldError(change.error, "/new");
  const newError = (wanted === "" ? undefined : problem) ?? fieldError(change.error, "/new");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || change.isPending) return;
    change.mutate(
      { current, new: wanted, revokeTokens },
      {
        onSuccess: ({ remainingTokens }) => {
          setCurrent("");
          setWanted("");
          setAgain("");
          setRevokeTokens(false);
          notifications.show({
            title: "Password changed",
            message: `Every other session of yours has ended. ${tokensLeft(remainingTokens)}`,
          });
        },
      },
    );
  };
  return (
    <Panel title="Change password">
      <form onSubmit={submit} noValidate className={classes.form}>
        <Stack gap="md">
          {change.error && !known ? (
            <ProblemAlert error={change.error} title="The password could not be changed" />
          ) : null}
          {/* For password stores: whose password this is. */}
          <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
          <PasswordInput
            label="Current password"
            name="current"
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            visibilityToggleButtonProps={showButton}
            error={fieldError(change.error, "/current")}
            aria-invalid={fieldError(change.error, "/current") !== undefined}
          />
          <PasswordInput
            label="New password"
            name="new"
            description="At least 12 characters"
            autoComplete="new-password"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
            visibilityToggleButtonProps={showButton}
            error={newError}
            aria-invalid={newError !== undefined}
          />
          <PasswordInput
            label="New password, once more"
            name="again"
            autoComplete="new-password"
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
            visibilityToggleButtonProps={showButton}
            error={differs ? "This is not the same." : undefined}
            aria-invalid={differs}
          />
          <Checkbox
            label="Also revoke my API tokens"
            description="Choose this if somebody else may have known the password: a token works without it. The command line needs a new login then."
            checked={revokeTokens}
            onChange={(event) => setRevokeTokens(event.currentTarget.checked)}
          />
          <div>
            <Button type="submit" disabled={!ready} loading={change.isPending}>
              Change password
            </Button>
          </div>
        </Stack>
      </form>
    </Panel>
  );
}
