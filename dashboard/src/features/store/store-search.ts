import { choiceParam, textParam } from "@/lib/search-params";

export const storeTabs = ["overview", "events", "logs", "metrics", "settings", "danger"] as const;
export type StoreTab = (typeof storeTabs)[number];

/** A field of the settings that something else leads to. */
const settingsFields = ["plan", "hosts", "values"] as const;
export type SettingsField = (typeof settingsFields)[number];

export interface StoreSearch {
  tab?: StoreTab | undefined;
  /** Which of the settings gets the focus. */
  focus?: SettingsField | undefined;
  /** Filters of the events. */
  q?: string | undefined;
  type?: "Normal" | "Warning" | undefined;
  source?: "storefleet" | "kubernetes" | undefined;
  /** Which log. */
  component?: string | undefined;
  container?: string | undefined;
}

export function storeSearch(search: Record<string, unknown>): StoreSearch {
  return {
    tab: choiceParam(search.tab, storeTabs),
    focus: choiceParam(search.focus, settingsFields),
    q: textParam(search.q),
    type: choiceParam(search.type, ["Normal", "Warning"]),
    source: choiceParam(search.source, ["storefleet", "kubernetes"]),
    component: textParam(search.component),
    container: textParam(search.container),
  };
}
