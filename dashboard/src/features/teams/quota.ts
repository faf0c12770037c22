import type { TeamQuota } from "@/lib/api/types";

/** What is typed; "" means: no limit. */
export interface QuotaFields {
  stores: string;
  /** GiB. */
  storage: string;
  /** Absent: every plan. */
  plans: readonly string[] | undefined;
}

export interface ParsedQuota {
  quota: TeamQuota;
  problems: Partial<Record<keyof QuotaFields, string>>;
}

const GIB = 2 ** 30;
const MOST_STORES = 1_000_000;
const MOST_GIB = 2 ** 30;

export function quotaFields(quota: TeamQuota): QuotaFields {
  return {
    stores: quota.stores === undefined ? "" : String(quota.stores),
    storage: quota.storageBytes === undefined ? "" : String(Number((quota.storageBytes / GIB).toFixed(3))),
    plans: quota.plans && quota.plans.length > 0 ? quota.plans : undefined,
  };
}

/** `before` keeps its exact bytes where the rounded figure of the field was left alone. */
export function parseQuota(fields: QuotaFields, before: TeamQuota = {}): ParsedQuota {
  const problems: ParsedQuota["problems"] = {};
  const quota: TeamQuota = {};
  const stores = fields.stores.trim();
  if (stores !== "") {
    if (/^\d+$/.test(stores) && Number(stores) <= MOST_STORES) quota.stores = Number(stores);
    else problems.stores = "A whole number, at most 1,000,000; leave it empty for no limit.";
  }
  const storage = fields.storage.trim().replace(",", ".");
  if (storage !== "") {
    const unchanged = before.storageBytes !== undefined && storage === quotaFields(before).storage;
    if (unchanged) quota.storageBytes = before.storageBytes;
    else if (/^\d+(\.\d+)?$/.test(storage) && Number(storage) < MOST_GIB)
      quota.storageBytes = Math.round(Number(storage) * GIB);
    else problems.storage = "GiB as a number, for example 100 or 0.5; leave it empty for no limit.";
  }
  if (fields.plans) {
    if (fields.plans.length > 0) quota.plans = [...fields.plans];
    else problems.plans = "Choose at least one plan, or every plan.";
  }
  return { quota, problems };
}
