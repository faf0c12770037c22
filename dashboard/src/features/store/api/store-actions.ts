import { useMutation, useQueryClient } from "@tanstack/react-query";
import { storeKey } from "@/domain/stores/store";
import { ApiError } from "@/lib/api/api-error";
import { api, unwrap } from "@/lib/api/client";
import type { Store } from "@/lib/api/types";

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

const readCredentials = (name: string) =>
  unwrap(api.GET("/api/v1/stores/{name}/credentials", { params: { path: { name } } }));

/** Asked for with a click, never by itself: each reading is recorded. Nothing keeps the answer but the page. */
export function useCredentials(name: string) {
  return useMutation({ mutationFn: () => readCredentials(name), gcTime: 0 });
}

const PASSWORD_TRIES = 60;

/** When the store last took its settings and its admin's password; empty while it takes them. */
const siteAppliedAt = (store: Store) => store.steps.find((step) => step.name === "site")?.finishedAt ?? "";

/** Asks for another password and reads it once the store has it: each reading is recorded, a look at the store is not. */
export function useNewPassword(name: string) {
  return useMutation({
    mutationFn: async () => {
      const path = { name };
      const asked = await unwrap(api.POST("/api/v1/stores/{name}:resetAdminPassword", { params: { path } }));
      for (let tries = 0; tries < PASSWORD_TRIES; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        const store = await unwrap(api.GET("/api/v1/stores/{name}", { params: { path } }));
        if (siteAppliedAt(store) > siteAppliedAt(asked)) return readCredentials(name);
      }
      throw new ApiError({
        status: 504,
        detail: "The store has not taken the new password yet.",
        remedy: "Show the credentials again in a minute.",
      });
    },
    gcTime: 0,
  });
}

const methods = {
  sleep: "/api/v1/stores/{name}:sleep",
  wake: "/api/v1/stores/{name}:wake",
  upgrade: "/api/v1/stores/{name}:upgrade",
  rollback: "/api/v1/stores/{name}:rollback",
} as const;
export type StoreMethod = keyof typeof methods;

export function useStoreMethod(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (method: StoreMethod) => unwrap(api.POST(methods[method], { params: { path: { name } } })),
    onSuccess: (store: Store) => client.setQueryData(storeKey(name), store),
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
