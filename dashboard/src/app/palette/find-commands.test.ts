import { expect, it } from "vitest";
import { findCommands } from "./find-commands";

const commands = ["demo", "my-demo", "other"].map((label) => ({
  label,
  words: label === "other" ? "Tea House" : "",
}));
const found = (query: string) => findCommands(commands, query).map((command) => command.label);

it("finds every word anywhere, what begins with the query first", () => {
  expect(found("demo")).toEqual(["demo", "my-demo"]);
  expect(found("house TEA")).toEqual(["other"]);
  expect(found("demo tea")).toEqual([]);
  expect(found(" ")).toEqual(["demo", "my-demo", "other"]);
});
