import { expect, it } from "vitest";
import { formatBytes, formatCores, formatResource } from "./format";

it("writes amounts as people read them", () => {
  expect([0, 1023, 1536, 1073741824, 3 * 1024 ** 3].map(formatBytes)).toEqual([
    "0 B",
    "1023 B",
    "1.5 KiB",
    "1 GiB",
    "3 GiB",
  ]);
  expect([0.0042, 0.3, 1, 6, 1.25].map(formatCores)).toEqual([
    "4 m",
    "300 m",
    "1 core",
    "6 cores",
    "1.25 cores",
  ]);
  expect(formatResource("requests.storage", 1024)).toBe("1 KiB");
  expect(formatResource("pods", 6)).toBe("6");
});
