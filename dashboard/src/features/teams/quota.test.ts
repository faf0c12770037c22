import { expect, test } from "vitest";
import { parseQuota, quotaFields } from "./quota";

test("empty fields mean no limit", () => {
  expect(parseQuota({ stores: " ", storage: "", plans: undefined })).toEqual({ quota: {}, problems: {} });
});

test("stores, GiB with a comma or a point, and plans", () => {
  expect(parseQuota({ stores: "10", storage: "0,5", plans: ["small"] })).toEqual({
    quota: { stores: 10, storageBytes: 536_870_912, plans: ["small"] },
    problems: {},
  });
  expect(parseQuota({ stores: "0", storage: "100", plans: undefined }).quota).toEqual({
    stores: 0,
    storageBytes: 107_374_182_400,
  });
});

test.each([
  [{ stores: "-1", storage: "", plans: undefined }, "stores"],
  [{ stores: "1.5", storage: "", plans: undefined }, "stores"],
  [{ stores: "2000000", storage: "", plans: undefined }, "stores"],
  [{ stores: "", storage: "10 GB", plans: undefined }, "storage"],
  [{ stores: "", storage: "2000000000", plans: undefined }, "storage"],
  [{ stores: "", storage: "", plans: [] }, "plans"],
] as const)("%o is refused", (fields, wrong) => {
  expect(Object.keys(parseQuota(fields).problems)).toEqual([wrong]);
});

test("bytes that are no round GiB stay when nobody changes them", () => {
  const before = { storageBytes: 500_000_000_000 };
  const fields = quotaFields(before);
  expect(fields.storage).toBe("465.661");
  expect(parseQuota(fields, before).quota).toEqual(before);
  expect(parseQuota({ ...fields, storage: "466" }, before).quota.storageBytes).toBe(466 * 2 ** 30);
});
