import { textParam } from "@/lib/search-params";

export interface UsersSearch {
  q?: string | undefined;
}

export function usersSearch(search: Record<string, unknown>): UsersSearch {
  return { q: textParam(search.q) };
}
