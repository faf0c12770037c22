import { queryOptions } from "@tanstack/react-query";
import { isApiError } from "@/lib/api/api-error";
import { api, unwrap } from "@/lib/api/client";
import type { PlanSize } from "@/lib/api/types";

/** Sizes by engine, then by plan; nothing from a server that does not tell them yet. */
export const plansQuery = queryOptions({
  queryKey: ["plans"],
  queryFn: async ({ signal }) => {
    try {
      return (await unwrap(api.GET("/api/v1/plans", { signal }))).items;
    } catch (error) {
      if (isApiError(error, 404)) return [];
      throw error;
    }
  },
  select: (plans) => {
    const sizes = new Map<string, Map<string, PlanSize>>();
    for (const plan of plans) {
      for (const size of plan.engines) {
        const ofEngine = sizes.get(size.engine) ?? new Map<string, PlanSize>();
        sizes.set(size.engine, ofEngine.set(plan.name, size));
      }
    }
    return sizes;
  },
  staleTime: 5 * 60_000,
});
