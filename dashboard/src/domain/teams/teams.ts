import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";

export const teamsQuery = queryOptions({
  queryKey: ["teams"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/teams", { signal })),
  staleTime: 60_000,
});
