import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import type { Me } from "@/lib/api/types";
import { session } from "@/lib/session/session";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }): Promise<Me> => {
    const me = await unwrap(api.GET("/api/v1/me", { signal }));
    session.begin(me.csrfToken);
    return me;
  },
  staleTime: 60_000,
});

/** Who is logged in; only below the gate that waits for it (app/session-gate.tsx). */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("useMe is used outside of the session gate");
  return data;
}
