import { expect, it } from "vitest";
import type { Usage } from "@/lib/api/types";
import { withSample } from "./usage-history";

const usage = (second: number): Usage => ({
  measuredAt: new Date(second * 1000).toISOString(),
  pods: [
    { name: "web", component: "web", phase: "Running", cpuCores: 0.1, memoryBytes: 10 },
    { name: "new", component: "web", phase: "Pending" },
    { name: "database", component: "database", phase: "Running", cpuCores: 0.2, memoryBytes: 5 },
  ],
  volumes: [],
  quota: [],
});

it("adds all pods up, takes a measurement once, and nothing from none", () => {
  const one = withSample([], usage(10));
  expect(one[0]?.memoryBytes).toBe(15);
  expect(one[0]?.cpuCores).toBeCloseTo(0.3);
  expect(withSample(one, usage(10))).toBe(one);
  expect(withSample(one, { pods: [], volumes: [], quota: [] })).toBe(one);
  expect(withSample(one, usage(15))).toHaveLength(2);
});

it("keeps an hour", () => {
  let history = withSample([], usage(1));
  for (let second = 2; second < 1000; second += 1) history = withSample(history, usage(second));
  expect(history).toHaveLength(720);
  expect(history.at(-1)?.at).toBe(999);
});
