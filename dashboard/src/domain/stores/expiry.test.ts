import { expect, it } from "vitest";
import { expiresSoon, extended } from "./expiry";

const now = Date.parse("2026-11-24T12:00:00Z");

it("warns within the last week", () => {
  expect(expiresSoon({ phase: "Ready" }, now)).toBe(false);
  expect(expiresSoon({ phase: "Ready", expiresAt: "2026-12-01T12:00:01Z" }, now)).toBe(false);
  expect(expiresSoon({ phase: "Sleeping", expiresAt: "2026-12-01T11:59:59Z" }, now)).toBe(true);
  expect(expiresSoon({ phase: "Deleting", expiresAt: "2026-11-25T00:00:00Z" }, now)).toBe(false);
});

it("extends from the later of the expiry and now", () => {
  expect(extended("2026-11-26T12:00:00Z", now)).toBe("2026-12-26T12:00:00.000Z");
  expect(extended("2026-11-20T12:00:00Z", now)).toBe("2026-12-24T12:00:00.000Z");
});
