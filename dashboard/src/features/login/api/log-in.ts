import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";

export function logIn(name: string, password: string) {
  return unwrap(api.POST("/api/v1/auth/login", { body: { name, password } }));
}

export interface LoginProvider {
  name: string;
  displayName: string;
  loginUrl: string;
}

function isProvider(value: unknown): value is LoginProvider {
  if (typeof value !== "object" || value === null) return false;
  const { name, displayName, loginUrl } = value as Record<string, unknown>;
  return typeof name === "string" && typeof displayName === "string" && typeof loginUrl === "string";
}

/** Other ways to log in (OpenID Connect); none on a platform that offers none. */
export const providersQuery = queryOptions({
  queryKey: ["login-providers"],
  queryFn: async ({ signal }): Promise<LoginProvider[]> => {
    const response = await fetch("/api/v1/auth/providers", { signal, credentials: "same-origin" });
    if (!response.ok) return [];
    const body: unknown = await response.json();
    const items = typeof body === "object" && body !== null && "items" in body ? body.items : [];
    return Array.isArray(items) ? items.filter(isProvider) : [];
  },
  staleTime: 5 * 60_000,
  retry: false,
});
