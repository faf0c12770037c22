import { expect, it } from "vitest";
import { formatClock, formatDuration, formatMoment, formatRelative } from "./format";

it.each([
  [0, "0 ms"],
  [0.0006, "1 ms"],
  [0.04, "40 ms"],
  [0.12, "0.1 s"],
  [9.94, "9.9 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min"],
  [75, "1 min 15 s"],
  [7300, "2 h 1 min"],
  [3600, "1 h"],
  [90_000, "1 d 1 h"],
  [-5, "0 ms"],
])("%d s is %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

const now = Date.parse("2026-11-24T12:00:00Z");
it.each([
  ["2026-11-24T11:59:57Z", "just now"],
  ["2026-11-24T12:00:04Z", "just now"],
  ["2026-11-24T11:59:15Z", "45 s ago"],
  ["2026-11-24T11:55:00Z", "5 min ago"],
  ["2026-11-24T09:01:00Z", "2 h ago"],
  ["2026-11-21T12:00:00Z", "3 d ago"],
  ["2026-11-26T12:00:00Z", "in 2 d"],
])("%s is %s", (at, text) => expect(formatRelative(at, now)).toBe(text));

it("names the day of what was not today", () => {
  const today = "2026-11-24T11:59:57Z";
  const before = "2026-11-21T11:59:57Z";
  expect(formatMoment(today, now)).toBe(formatClock(today));
  expect(formatMoment(before, now)).toMatch(/21/);
  expect(formatMoment(before, now)).toContain(formatClock(before));
});
