import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import { type StoreList, storeListKey } from "./store-list";

export const storeKey = (name: string) => ["stores", "one", name] as const;

function storeQuery(name: string) {
  return queryOptions({
    queryKey: storeKey(name),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/stores/{name}", { params: { path: { name } }, signal })),
  });
}

/** One store; there at once where the list has it. After a 404 `data` is still what the store was last. */
export function useStore(name: string) {
  const client = useQueryClient();
  return useQuery({
    ...storeQuery(name),
    initialData: () =>
      client.getQueryData<StoreList>(storeListKey)?.stores.find((store) => store.name === name),
    initialDataUpdatedAt: 0,
  });
}
