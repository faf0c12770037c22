import { expect, test } from "vitest";
import type { Token } from "@/lib/api/types";
import { expiryState } from "./token-words";

const now = Date.parse("2026-11-24T12:00:00Z");
const token = (expiresAt?: string): Token => ({
  id: "1",
  name: "ci",
  scope: "read",
  createdAt: "2026-11-01T12:00:00Z",
  ...(expiresAt ? { expiresAt } : {}),
});

test.each([
  [undefined, "never"],
  ["2026-11-24T12:00:00Z", "past"],
  ["2026-11-24T12:00:01Z", "soon"],
  ["2026-12-01T11:59:59Z", "soon"],
  ["2026-12-01T12:00:00Z", "later"],
] as const)("a token that expires at %s: %s", (at, state) => {
  expect(expiryState(token(at), now)).toBe(state);
});
