import { expect, test } from "vitest";
import { fieldsOf } from "@/lib/schema-form/schema-form";
import { allowedWords, cpuWords, memoryWords, sizesByEngine, summarizePlan } from "./plan-words";

test("quantities of Kubernetes in words", () => {
  expect(["768Mi", "3Gi", "5G", "1.5Gi", "1024"].map(memoryWords)).toEqual([
    "768 MiB",
    "3 GiB",
    "5 GB",
    "1.5 GiB",
    "1024",
  ]);
  expect(["50m", "1", "2", "1.5", "much"].map(cpuWords)).toEqual([
    "0.05 cores",
    "1 core",
    "2 cores",
    "1.5 cores",
    "much",
  ]);
});

test("a plan: what the store may take, its volumes and its parts", () => {
  expect(
    summarizePlan({
      engine: "medusa",
      storageBytes: 2_147_483_648,
      storage: { database: "1Gi", files: "1Gi" },
      quota: { "limits.cpu": "6", "limits.memory": "3Gi", pods: "6" },
      resources: {
        web: { requests: { cpu: "50m" }, limits: { cpu: "2", memory: "768Mi" } },
        worker: { requests: { cpu: "10m" } },
      },
    }),
  ).toEqual({
    cpu: "6 cores",
    memory: "3 GiB",
    pods: "6",
    volumes: [
      { name: "database", size: "1 GiB" },
      { name: "files", size: "1 GiB" },
    ],
    parts: [
      { name: "web", cpu: "2 cores", memory: "768 MiB" },
      { name: "worker", cpu: undefined, memory: undefined },
    ],
  });
});

test("what a parameter may be", () => {
  const fields = fieldsOf({
    properties: {
      workers: { type: "integer", minimum: 1, maximum: 32 },
      ratio: { type: "number", minimum: 0 },
      most: { type: "integer", maximum: 9 },
      mail: { type: "boolean" },
      mode: { enum: ["a", "b"] },
      host: { type: "string", maxLength: 253 },
      extra: { type: "object" },
    },
  });
  expect(fields.map(allowedWords)).toEqual([
    "a whole number, 1 to 32",
    "a number, at least 0",
    "a whole number, at most 9",
    "on or off",
    "a, b",
    "text, at most 253 characters",
    "JSON",
  ]);
});

test("sizes are found by engine and plan", () => {
  const size = (engine: string, storageBytes: number) => ({
    engine,
    storageBytes,
    storage: {},
    quota: {},
    resources: {},
  });
  const sizes = sizesByEngine([
    { name: "small", engines: [size("a", 1), size("b", 2)] },
    { name: "large", engines: [size("a", 3)] },
  ]);
  expect(sizes.get("a")?.get("large")?.storageBytes).toBe(3);
  expect(sizes.get("b")?.get("small")?.storageBytes).toBe(2);
  expect(sizes.get("b")?.get("large")).toBeUndefined();
});
