import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";

export function logIn(name: string, password: string) {
  return unwrap(api.POST("/api/v1/auth/login", { body: { name, password } }));
}

/** Other ways to log in (OpenID Connect). */
export const providersQuery = queryOptions({
  queryKey: ["login-providers"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/auth/providers", { signal })),
  staleTime: 5 * 60_000,
  retry: false,
});

/** Waits for a login in another tab: the browser's session is one. */
export const elsewhereQuery = queryOptions({
  queryKey: ["login-elsewhere"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/me", { signal })),
  staleTime: 0,
  gcTime: 0,
  retry: false,
  refetchInterval: 5_000,
});

/** The provider's address with where to come back to. */
export function loginAddress(loginUrl: string, path: string): string {
  return `${loginUrl}${loginUrl.includes("?") ? "&" : "?"}returnTo=${encodeURIComponent(path)}`;
}

/** What a login by a provider came to, as /login?error=CODE says; see GET /api/v1/auth/oidc/callback. */
export const providerFailures: Readonly<Record<string, string>> = {
  LoginExpired: "The login took too long or was begun in another browser. Try again.",
  LoginDenied: "The provider refused the login, or it was declined.",
  LoginFailed: "The provider's answer could not be verified. An admin finds the cause in the API's log.",
  NoAccount: "This identity belongs to no user of this platform. Ask an admin to link it.",
  UserDisabled: "This user is disabled. Ask an admin of the platform.",
  TooManyRequests: "There were too many failed logins from here. Wait a quarter of an hour.",
  ProviderUnavailable: "The provider cannot be reached. Try again, or log in with a password.",
  DatabaseUnreachable: "The platform's database does not answer. Try again in a few seconds.",
};
