import { textParam } from "@/lib/search-params";
import type { AuditFilters } from "./api/audit";

export function auditSearch(search: Record<string, unknown>): AuditFilters {
  return { actor: textParam(search.actor), action: textParam(search.action) };
}
