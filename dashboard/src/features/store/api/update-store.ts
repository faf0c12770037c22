import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { storeKey } from "@/domain/stores/store";
import { api, unwrapWithTag } from "@/lib/api/client";
import type { Store, UpdateStore } from "@/lib/api/types";

export interface EditableStore {
  body: Store;
  /** Which a change of it must give. */
  etag: string | undefined;
}

/** The store as it is when its form opens. */
export function editableStoreQuery(name: string) {
  return queryOptions({
    queryKey: ["stores", "editable", name],
    queryFn: ({ signal }): Promise<EditableStore> =>
      unwrapWithTag(api.GET("/api/v1/stores/{name}", { params: { path: { name } }, signal })),
    staleTime: 0,
    // A form that opens later begins with what the store is then.
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

export function useUpdateStore(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ change, etag }: { change: UpdateStore; etag: string | undefined }) =>
      unwrapWithTag(
        api.PATCH("/api/v1/stores/{name}", {
          params: { path: { name }, header: etag ? { "If-Match": etag } : {} },
          body: change,
        }),
      ),
    onSuccess: ({ body }: EditableStore) => client.setQueryData(storeKey(name), body),
  });
}
