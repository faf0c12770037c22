import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";

export function usageQuery(name: string) {
  return queryOptions({
    queryKey: ["usage", name],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/stores/{name}/metrics", { params: { path: { name } }, signal })),
    staleTime: 2_000,
  });
}
