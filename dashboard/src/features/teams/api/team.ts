import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";

/** Below the key of the list: what makes that old makes this old. */
export function teamQuery(team: string) {
  return queryOptions({
    queryKey: ["teams", team],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/teams/{team}", { params: { path: { team } }, signal })),
  });
}
