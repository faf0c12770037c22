import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import { formatBytes } from "@/lib/quantity/format";

const plansQuery = queryOptions({
  queryKey: ["plans"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/plans", { signal })),
  staleTime: 5 * 60_000,
});

/** The choices of a plan for an engine, with how much storage each has once that is known. */
export function usePlanChoices(engine: string, plans: readonly string[]) {
  const { data } = useQuery(plansQuery);
  return plans.map((name) => {
    const size = data?.items
      .find((plan) => plan.name === name)
      ?.engines.find((one) => one.engine === engine)?.storageBytes;
    return { value: name, label: size === undefined ? name : `${name} (${formatBytes(size)} of storage)` };
  });
}
