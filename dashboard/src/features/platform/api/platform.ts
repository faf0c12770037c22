import { queryOptions } from "@tanstack/react-query";
import { isApiError } from "@/lib/api/api-error";
import { api, unwrap } from "@/lib/api/client";
import type { Health, Platform, ProvisioningDay } from "@/lib/api/types";

const EVERY = 15_000;

/** Null from a server that does not tell it yet. */
export const platformQuery = queryOptions({
  queryKey: ["platform"],
  queryFn: async ({ signal }): Promise<Platform | null> => {
    try {
      return await unwrap(api.GET("/api/v1/platform", { signal }));
    } catch (error) {
      if (isApiError(error, 404)) return null;
      throw error;
    }
  },
  refetchInterval: EVERY,
});

/** Null from a server that does not tell it yet. */
export function provisioningQuery(days: number) {
  return queryOptions({
    queryKey: ["provisioning", "of every engine", days],
    queryFn: async ({ signal }): Promise<ProvisioningDay[] | null> => {
      try {
        const asked = api.GET("/api/v1/provisioning", { params: { query: { days } }, signal });
        return (await unwrap(asked)).items;
      } catch (error) {
        if (isApiError(error, 404)) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

/** "failing" comes with 503, and is an answer all the same. */
export const readinessQuery = queryOptions({
  queryKey: ["readyz"],
  queryFn: async ({ signal }): Promise<Health> => {
    const call = api.GET("/readyz", { signal });
    const { error } = await call;
    return isHealth(error) ? error : unwrap(call);
  },
  refetchInterval: EVERY,
});

function isHealth(body: unknown): body is Health {
  return typeof body === "object" && body !== null && "checks" in body && Array.isArray(body.checks);
}
