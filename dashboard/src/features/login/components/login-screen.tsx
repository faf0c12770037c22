import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { Logo } from "@/components/logo";
import { isApiError } from "@/lib/api/api-error";
import { elsewhereQuery, logIn, loginAddress, providerFailures, providersQuery } from "../api/log-in";
import classes from "./login-screen.module.css";

interface LoginScreenProps {
  /** A session has ended while its page is still there, below this screen. */
  expired: boolean;
  onLoggedIn: (name: string, csrfToken: string | undefined) => void;
}

const inNewTab = {
  target: "_blank",
  rel: "noopener",
  rightSection: <IconExternalLink size={14} aria-label="(opens in a new tab)" role="img" />,
};

export function LoginScreen({ expired, onLoggedIn }: LoginScreenProps) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { data } = useQuery(providersQuery);
  const providers = data?.items ?? [];
  const { data: me } = useQuery({ ...elsewhereQuery, enabled: expired });
  useEffect(() => {
    if (me) onLoggedIn(me.name, me.csrfToken);
  }, [me, onLoggedIn]);
  const query = new URLSearchParams(location.search);
  const refused = location.pathname === "/login" ? query.get("error") : null;
  const login = useMutation({
    mutationFn: () => logIn(name.trim(), password),
    onSuccess: (answer) => onLoggedIn(answer.name, answer.csrfToken),
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <main className={classes.screen}>
      <div className={classes.card}>
        <Logo />
        <div>
          <h1 className={classes.title}>{expired ? "Log in again" : "Log in"}</h1>
          <p className={classes.note}>
            {expired
              ? "Your session has ended. What you were doing is still here."
              : "Create and watch online stores on this cluster."}
          </p>
        </div>
        {refused && !login.error ? (
          <Alert color="red" role="alert" title="The login did not work">
            {providerFailures[refused] ?? "Try again in a few seconds."}
          </Alert>
        ) : null}
        {login.error ? (
          <Alert color="red" role="alert" title={titleOf(login.error)}>
            {adviceOn(login.error)}
          </Alert>
        ) : null}
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label="User name"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              withAsterisk={false}
              autoFocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{
                "aria-label": "Show the password",
                "aria-hidden": false,
                tabIndex: 0,
              }}
            />
            <Button type="submit" fullWidth mt="xs" loading={login.isPending}>
              Log in
            </Button>
          </Stack>
        </form>
        {providers.length > 0 ? (
          <>
            <Divider label="or" />
            <Stack gap="xs">
              {providers.map((provider) => (
                <Button
                  key={provider.name}
                  component="a"
                  href={loginAddress(provider.loginUrl, here())}
                  // What was typed on this page stays here.
                  {...(expired ? inNewTab : {})}
                  variant="default"
                  fullWidth
                >
                  Log in with {provider.displayName}
                </Button>
              ))}
            </Stack>
          </>
        ) : null}
      </div>
    </main>
  );
}

/** Where one wanted to be. */
function here(): string {
  return location.pathname === "/login" ? "/" : location.pathname + location.search;
}

function titleOf(error: unknown): string {
  if (isApiError(error, 401)) return "Name or password is wrong";
  if (isApiError(error, 429)) return "Too many attempts";
  return isApiError(error) ? error.message : "Logging in failed";
}

function adviceOn(error: unknown): string {
  if (isApiError(error, 401)) return "Check both; an admin of the platform can set a new password.";
  return isApiError(error) ? error.remedy : "Try again in a few seconds.";
}
