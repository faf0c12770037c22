import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { storeKey } from "@/domain/stores/store";
import { type StoreList, storeListKey, withChanges } from "@/domain/stores/store-list";
import { isApiError, mayPass } from "@/lib/api/api-error";
import { api, unwrap } from "@/lib/api/client";
import type { CreateStore, Store } from "@/lib/api/types";

/** A key that makes a repeat harmless; randomUUID is not there without TLS. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function useCreateStore() {
  const client = useQueryClient();
  const asked = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: (store: CreateStore) => {
      const body = JSON.stringify(store);
      // The same again, after an answer that was lost: not a second store.
      if (asked.current.body !== body) asked.current = { body, key: newKey() };
      const header = { "Idempotency-Key": asked.current.key };
      return unwrap(api.POST("/api/v1/stores", { params: { header }, body: store }));
    },
    onSuccess: (store: Store) => {
      client.setQueryData(storeKey(store.name), store);
      client.setQueryData<StoreList>(
        storeListKey,
        (list) => list && withChanges(list, new Map([[store.uid, store]])),
      );
    },
  });
}

/** Whether the store may be there all the same. */
export function mayBeCreated(error: unknown): boolean {
  return mayPass(error) || (isApiError(error, 409) && error.code === "RequestInFlight");
}

/** Why a store could not be created like this; undefined where it could. Asks the server, creates nothing. */
export function nameCheckQuery(store: Pick<CreateStore, "name" | "engine" | "team">) {
  return queryOptions({
    queryKey: ["name-check", store.name, store.engine, store.team ?? ""],
    queryFn: async ({ signal }): Promise<{ taken?: string; url?: string }> => {
      try {
        const answer = await unwrap(
          api.POST("/api/v1/stores", { params: { query: { validateOnly: true } }, body: store, signal }),
        );
        return answer.url ? { url: answer.url } : {};
      } catch (error) {
        const wrong = isApiError(error) ? error.field("/name") : undefined;
        if (wrong || isApiError(error, 409)) return { taken: wrong ?? "This name is taken." };
        throw error;
      }
    },
    staleTime: 5_000,
    retry: false,
  });
}
