import { expect, test } from "vitest";
import { nameFrom, teamNameProblem } from "./names";

test("a name is made from what people call the team", () => {
  expect(nameFrom("Agency clients, Europe")).toBe("agency-clients-europe");
  expect(nameFrom("Café Zürich 🍵")).toBe("cafe-zurich");
  expect(nameFrom("🍵")).toBe("");
  expect(nameFrom(`${"x".repeat(39)} y`)).toBe("x".repeat(39));
});

test.each(["blue", "a", "4-you", "x".repeat(40)])("%s may be a team's name", (name) => {
  expect(teamNameProblem(name)).toBeUndefined();
});

test.each(["", "Blue", "-blue", "blue-", "a.b", "x".repeat(41)])("%s may not", (name) => {
  expect(teamNameProblem(name)).toBeDefined();
});
