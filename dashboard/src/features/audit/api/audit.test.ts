import { expect, test } from "vitest";
import type { AuditEntry } from "@/lib/api/types";
import { pageAfter } from "./audit";

const entries = [{ id: 9 }, { id: 7 }] as AuditEntry[];

test("a full page has another one before its last entry, a short one is the end", () => {
  expect(pageAfter(entries, 2)).toBe(7);
  expect(pageAfter(entries, 3)).toBeUndefined();
  expect(pageAfter([], 2)).toBeUndefined();
});
