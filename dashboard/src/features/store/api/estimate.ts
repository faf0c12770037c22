import { queryOptions, useQuery } from "@tanstack/react-query";
import { wasDeleted } from "@/domain/stores/phases";
import { type Estimate, estimateFromHistory } from "@/domain/stores/steps";
import { api, unwrap } from "@/lib/api/client";
import type { Store } from "@/lib/api/types";

const provisioningQuery = (engine: string) =>
  queryOptions({
    queryKey: ["provisioning", engine],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/provisioning", { params: { query: { engine } }, signal })),
    staleTime: 60_000,
    retry: false,
  });

/** What creating this store will usually take; nothing once it was ready, or where nothing is known. */
export function useEstimate(store: Store): Estimate | undefined {
  const creating = store.readySeconds === undefined && !wasDeleted(store.phase);
  const { data: history } = useQuery({ ...provisioningQuery(store.engine), enabled: creating });
  return creating && history ? estimateFromHistory(history.items) : undefined;
}
