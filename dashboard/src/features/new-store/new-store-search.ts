import { textParam } from "@/lib/search-params";

export interface NewStoreSearch {
  engine?: string | undefined;
}

export function newStoreSearch(search: Record<string, unknown>): NewStoreSearch {
  return { engine: textParam(search.engine) };
}
