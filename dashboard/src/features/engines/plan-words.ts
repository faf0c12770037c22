import type { PlanSize } from "@/lib/api/types";
import type { SchemaField } from "@/lib/schema-form/schema-form";

/** Sizes by engine, then by plan. */
export function sizesByEngine(
  plans: ReadonlyArray<{ name: string; engines: PlanSize[] }>,
): Map<string, Map<string, PlanSize>> {
  const sizes = new Map<string, Map<string, PlanSize>>();
  for (const plan of plans) {
    for (const size of plan.engines) {
      const ofEngine = sizes.get(size.engine) ?? new Map<string, PlanSize>();
      sizes.set(size.engine, ofEngine.set(plan.name, size));
    }
  }
  return sizes;
}

/** A quantity as Kubernetes writes it: "768Mi" → "768 MiB", "5G" → "5 GB". */
export function memoryWords(quantity: string): string {
  return quantity.replace(/^(\d+(?:\.\d+)?)([KMGTP]i?|k)$/, "$1 $2B");
}

/** "50m" → "0.05 cores", "2" → "2 cores". */
export function cpuWords(quantity: string): string {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity);
  if (!match) return quantity;
  const cores = Number(match[1]) / (match[2] ? 1000 : 1);
  return `${cores} ${cores === 1 ? "core" : "cores"}`;
}

function textAt(value: unknown, ...path: string[]): string | undefined {
  let here = value;
  for (const name of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return typeof here === "string" || typeof here === "number" ? String(here) : undefined;
}

interface PlanPart {
  name: string;
  cpu: string | undefined;
  memory: string | undefined;
}

export interface PlanSummary {
  /** What the whole store may take. */
  cpu: string | undefined;
  memory: string | undefined;
  pods: string | undefined;
  volumes: { name: string; size: string }[];
  /** What each part may take. */
  parts: PlanPart[];
}

export function summarizePlan(size: PlanSize): PlanSummary {
  const cpu = textAt(size.quota, "limits.cpu");
  const memory = textAt(size.quota, "limits.memory");
  const resources: unknown = size.resources;
  const names = typeof resources === "object" && resources !== null ? Object.keys(resources) : [];
  return {
    cpu: cpu && cpuWords(cpu),
    memory: memory && memoryWords(memory),
    pods: textAt(size.quota, "pods"),
    volumes: Object.entries(size.storage).map(([name, quantity]) => ({ name, size: memoryWords(quantity) })),
    parts: names.map((name) => {
      const most = textAt(resources, name, "limits", "cpu");
      const room = textAt(resources, name, "limits", "memory");
      return { name, cpu: most && cpuWords(most), memory: room && memoryWords(room) };
    }),
  };
}

/** What may be set: "a whole number, 1 to 32". */
export function allowedWords(field: SchemaField): string {
  switch (field.kind) {
    case "switch":
      return "on or off";
    case "choice":
      return field.choices.join(", ");
    case "number": {
      const kind = field.integer ? "a whole number" : "a number";
      if (field.minimum !== undefined && field.maximum !== undefined)
        return `${kind}, ${field.minimum} to ${field.maximum}`;
      if (field.minimum !== undefined) return `${kind}, at least ${field.minimum}`;
      return field.maximum === undefined ? kind : `${kind}, at most ${field.maximum}`;
    }
    case "json":
      return "JSON";
    case "text":
      return field.maxLength === undefined ? "text" : `text, at most ${field.maxLength} characters`;
  }
}
