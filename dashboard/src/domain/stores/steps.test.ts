import { expect, it } from "vitest";
import type { Step } from "@/lib/api/types";
import {
  currentStep,
  estimateFromHistory,
  repeatedSteps,
  stepSeconds,
  stepsTitle,
  totalSeconds,
} from "./steps";
import { aStore } from "./test-data";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 11, 15, seconds)).toISOString();
const now = Date.parse(at(30));
const step = (name: Step["name"], state: Step["state"], from?: number, to?: number): Step => ({
  name,
  state,
  ...(from === undefined ? {} : { startedAt: at(from) }),
  ...(to === undefined ? {} : { finishedAt: at(to) }),
});

it("times a step until its end, or until now", () => {
  expect(stepSeconds(step("hosts", "Done", 1, 3), now)).toBe(2);
  expect(stepSeconds(step("hosts", "Running", 10), now)).toBe(20);
  expect(stepSeconds(step("hosts", "Pending"), now)).toBeUndefined();
});

it("does not count on after a failure or the end", () => {
  expect(totalSeconds([step("hosts", "Done", 1, 3), step("namespace", "Done", 3, 8)], now)).toBe(7);
  expect(totalSeconds([step("hosts", "Done", 1, 3), step("namespace", "Running", 3)], now)).toBe(29);
  expect(totalSeconds([step("hosts", "Failed", 1, 5), step("namespace", "Pending")], now)).toBe(4);
  expect(totalSeconds([], now)).toBe(0);
});

it("names the failed step before the running one", () => {
  expect(currentStep([step("route", "Running", 1), step("site", "Failed", 1)])?.name).toBe("site");
  expect(currentStep([step("route", "Done", 1, 2)])).toBeUndefined();
});

it("takes the platform's own figures of the newest day", () => {
  const days = [
    { day: "2026-11-23", count: 9, p50Seconds: 9, stepP50Seconds: { release: 9 } as Record<string, number> },
    { day: "2026-11-24", count: 2, p50Seconds: 3.5, stepP50Seconds: { release: 0.4, unknown: 1 } },
  ];
  const estimate = estimateFromHistory(days);
  expect(estimate).toMatchObject({ total: 3.5, from: 2 });
  expect([...(estimate?.steps ?? [])]).toEqual([["release", 0.4]]);
  expect(estimateFromHistory([])).toBeUndefined();
});

it("tells the steps of a later change from those of the creation", () => {
  const month = 30 * 86_400;
  const made = [step("hosts", "Done", 0, 1), step("release", "Done", 1, 2), step("site", "Done", 2, 3)];
  const changed = aStore("demo", {
    steps: [
      step("hosts", "Done", 0, 1),
      step("release", "Done", month, month + 4),
      step("site", "Done", 2, 3),
    ],
  });
  expect(repeatedSteps(aStore("demo", { steps: made }))).toEqual([]);
  expect(stepsTitle(aStore("demo", { steps: made }))).toBe("How it was made");
  expect(repeatedSteps(changed).map((one) => one.name)).toEqual(["release"]);
  expect(totalSeconds(repeatedSteps(changed), now)).toBe(4);
  expect(stepsTitle(changed)).toBe("Last change");
  expect(stepsTitle({ ...changed, phase: "Updating" })).toBe("How it is being changed");
  expect(repeatedSteps({ ...changed, phase: "Deleting" })).toEqual([]);
  expect(repeatedSteps(aStore("demo", { steps: made, readySeconds: undefined }))).toEqual([]);
});

it("tells the last change from the one before", () => {
  const steps = [
    step("hosts", "Done", 0, 1),
    step("policies", "Done", 100, 101),
    step("release", "Done", 400, 402),
    step("application", "Done", 402, 407),
    step("route", "Running", 407),
  ];
  const names = (steps: Step[]) => repeatedSteps(aStore("demo", { steps })).map((one) => one.name);
  expect(names(steps)).toEqual(["release", "application", "route"]);
  expect(names(steps.slice(0, 3))).toEqual(["release"]);
  expect(names(steps.slice(0, 2))).toEqual(["policies"]);
  const beside = [
    step("hosts", "Done", 0, 1),
    step("policies", "Done", 401, 402),
    step("release", "Done", 400, 410),
  ];
  expect(names([...beside, step("application", "Done", 410, 411)])).toEqual([
    "policies",
    "release",
    "application",
  ]);
});
