import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";

export function receiptQuery(name: string) {
  return queryOptions({
    queryKey: ["receipt", name],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/stores/{name}/receipt", { params: { path: { name } }, signal })),
    staleTime: 0,
  });
}
