import { expect, it } from "vitest";
import { localInputOf, timeOfLocalInput } from "./local-input";

it("goes both ways, in whatever zone the browser is", () => {
  const at = "2026-12-24T18:30:00.000Z";
  expect(timeOfLocalInput(localInputOf(at))).toBe(at);
  expect(localInputOf(at)).toMatch(/^2026-12-2[345]T\d\d:\d\d$/);
});

it("knows none", () => {
  expect(localInputOf(undefined)).toBe("");
  expect(timeOfLocalInput("")).toBeUndefined();
});
