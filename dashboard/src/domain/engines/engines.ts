import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { Engine } from "@/lib/api/types";

const enginesQuery = queryOptions({
  queryKey: ["engines"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/engines", { signal })),
  select: (list): Engine[] => list.items,
  staleTime: 5 * 60_000,
});

export function useEngines() {
  return useQuery(enginesQuery);
}
