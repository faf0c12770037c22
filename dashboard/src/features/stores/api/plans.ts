import { useQuery } from "@tanstack/react-query";
import { plansQuery } from "@/lib/plans/plans";
import { formatBytes } from "@/lib/quantity/format";

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
