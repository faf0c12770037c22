import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { Store } from "@/lib/api/types";
import { storeKey } from "./store";

export function useDeleteStore(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/stores/{name}", { params: { path: { name } } })),
    // What the server says it is now; it stays on the page until the server says that it is gone.
    onSuccess: (store: Store) => client.setQueryData(storeKey(name), store),
  });
}

export function useLoginLink(name: string) {
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/stores/{name}:login", { params: { path: { name } } })),
  });
}

/** Asked for with a click, never by itself: each reading is recorded. Nothing keeps the answer but the page. */
export function useCredentials(name: string) {
  return useMutation({
    mutationFn: () => unwrap(api.GET("/api/v1/stores/{name}/credentials", { params: { path: { name } } })),
    gcTime: 0,
  });
}

export function useStoreCheck(name: string) {
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/stores/{name}:check", { params: { path: { name } } })),
  });
}

export function useRetry(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/stores/{name}:retry", { params: { path: { name } } })),
    onSettled: () => client.invalidateQueries({ queryKey: storeKey(name) }),
  });
}
