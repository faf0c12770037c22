import { choiceParam, textParam } from "@/lib/search-params";

export const spans = ["7", "30", "90"] as const;

export interface PlatformSearch {
  days?: (typeof spans)[number] | undefined;
  engine?: string | undefined;
}

export function platformSearch(search: Record<string, unknown>): PlatformSearch {
  return { days: choiceParam(textParam(search.days), spans), engine: textParam(search.engine) };
}
