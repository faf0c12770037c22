import { textParam } from "@/lib/search-params";

export interface TeamsSearch {
  q?: string | undefined;
}

export function teamsSearch(search: Record<string, unknown>): TeamsSearch {
  return { q: textParam(search.q) };
}
