import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, unwrapWithTag } from "@/lib/api/client";
import type { Store, UpdateStore } from "@/lib/api/types";
import { storeKey } from "./store";

/** The store with the ETag that a change of it must give. */
export function editableStoreQuery(name: string) {
  return queryOptions({
    queryKey: ["stores", "editable", name],
    queryFn: ({ signal }) =>
      unwrapWithTag(api.GET("/api/v1/stores/{name}", { params: { path: { name } }, signal })),
    staleTime: 0,
    // What is being edited must not change below the hands; a change by others is found by If-Match.
    refetchOnWindowFocus: false,
  });
}

export function useUpdateStore(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ change, etag }: { change: UpdateStore; etag: string | undefined }) =>
      unwrap(
        api.PATCH("/api/v1/stores/{name}", {
          params: { path: { name }, header: etag ? { "If-Match": etag } : {} },
          body: change,
        }),
      ),
    onSuccess: (store: Store) => client.setQueryData(storeKey(name), store),
  });
}
