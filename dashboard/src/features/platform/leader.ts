import type { Platform } from "@/lib/api/types";

/** A leader renews its lease every few seconds; browsers' clocks are a little off. */
const SILENT = 60_000;

export function leaderState(controller: Platform["controller"], now: number): "none" | "silent" | "leads" {
  if (!controller.identity || !controller.renewedAt) return "none";
  return now - Date.parse(controller.renewedAt) > SILENT ? "silent" : "leads";
}
