import { useQuery } from "@tanstack/react-query";
import { formatBytes } from "@/domain/quantity/format";
import { plansQuery } from "./plans";

/** What a store gets that names none, by the contract; the first where the engine has no such plan. */
export function defaultPlan(plans: readonly string[]): string {
  return plans.includes("small") ? "small" : (plans[0] ?? "");
}

/** The choices of a plan for an engine, the smallest first, with how much storage each has once that is known. */
export function usePlanChoices(engine: string, plans: readonly string[]) {
  const { data } = useQuery(plansQuery);
  const sizeOf = (name: string) =>
    data?.items.find((plan) => plan.name === name)?.engines.find((one) => one.engine === engine)
      ?.storageBytes;
  return plans
    .map((name) => ({ name, size: sizeOf(name) }))
    .sort((a, b) => (a.size ?? 0) - (b.size ?? 0))
    .map(({ name, size }) => ({
      value: name,
      label: size === undefined ? name : `${name} (${formatBytes(size)} of storage)`,
    }));
}
