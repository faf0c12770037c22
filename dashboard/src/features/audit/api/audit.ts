import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { AuditEntry } from "@/lib/api/types";

const PAGE = 100;

export interface AuditFilters {
  actor?: string | undefined;
  action?: string | undefined;
}

/** The id before which the next page begins; nothing after the last page. */
export function pageAfter(page: readonly AuditEntry[], size: number): number | undefined {
  return page.length < size ? undefined : page.at(-1)?.id;
}

/** Newest first, page by page. */
export function auditQuery({ actor, action }: AuditFilters) {
  return infiniteQueryOptions({
    queryKey: ["audit", actor ?? "", action ?? ""],
    queryFn: async ({ signal, pageParam }) => {
      const query = {
        ...(actor ? { actor } : {}),
        ...(action ? { action } : {}),
        before: pageParam,
        limit: PAGE,
      };
      const { items } = await unwrap(api.GET("/api/v1/audit", { params: { query }, signal }));
      return items;
    },
    initialPageParam: 0,
    getNextPageParam: (page: AuditEntry[]) => pageAfter(page, PAGE),
    select: (data): AuditEntry[] => data.pages.flat(),
  });
}
