import { expect, test } from "vitest";
import type { User } from "@/lib/api/types";
import { filterUsers, userChange, userNameProblem } from "./user-fields";

const ann: User = {
  name: "ann",
  email: "ann@example.com",
  role: "user",
  disabled: false,
  createdAt: "2026-11-24T11:15:00.000Z",
};

test("only what differs is sent", () => {
  expect(userChange(ann, { email: " ann@example.com ", role: "user", disabled: false })).toBeUndefined();
  expect(userChange(ann, { email: "", role: "admin", disabled: true })).toEqual({
    email: "",
    role: "admin",
    disabled: true,
  });
});

test.each(["ann", "ann.b-2", "4"])("%s may be a user's name", (name) => {
  expect(userNameProblem(name)).toBeUndefined();
});

test.each(["", "Ann", ".ann", "ann@x", "x".repeat(41)])("%s may not", (name) => {
  expect(userNameProblem(name)).toBeDefined();
});

test("a search finds names and addresses, in whatever case", () => {
  const vic = { ...ann, name: "vic", email: "Victor@Example.org" };
  expect(filterUsers([ann, vic], "victor@")).toEqual([vic]);
  expect(filterUsers([ann, vic], " AN ")).toEqual([ann]);
  expect(filterUsers([ann, vic], "")).toEqual([ann, vic]);
});
