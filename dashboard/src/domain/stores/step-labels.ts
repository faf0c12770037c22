import type { Step } from "@/lib/api/types";

type StepName = Step["name"];

const labels: Record<StepName, string> = {
  hosts: "Claim the address",
  namespace: "Make the namespace",
  policies: "Set quota and network policies",
  secrets: "Generate passwords and keys",
  release: "Install the release",
  database: "Start the database",
  application: "Start the application",
  site: "Set title, address and admin",
  route: "Answer at the address",
  commerce: "Check that it sells",
  "stop-routing": "Take the address down",
  uninstall: "Uninstall the release",
  "delete-volumes": "Delete the volumes",
  "delete-namespace": "Delete the namespace",
  "verify-gone": "Verify that nothing is left",
};

/** A step that this dashboard does not know keeps its name. */
export function stepLabel(name: string): string {
  return (labels as Readonly<Record<string, string | undefined>>)[name] ?? name;
}

export const stepNames = Object.keys(labels) as readonly StepName[];
