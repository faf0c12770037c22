import { expect, test } from "vitest";
import { leaderState } from "./leader";

const now = Date.parse("2026-11-24T12:00:00Z");

test.each([
  [{}, "none"],
  [{ identity: "", renewedAt: "2026-11-24T11:59:55Z" }, "none"],
  [{ identity: "controller-1", renewedAt: "2026-11-24T11:59:00Z" }, "leads"],
  [{ identity: "controller-1", renewedAt: "2026-11-24T11:58:59Z" }, "silent"],
  [{ identity: "controller-1", renewedAt: "2026-11-24T12:00:20Z" }, "leads"],
] as const)("%o: %s", (controller, state) => {
  expect(leaderState(controller, now)).toBe(state);
});
