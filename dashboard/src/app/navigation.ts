import { IconBuildingStore } from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import type { Me } from "@/lib/api/types";

export interface NavigationEntry {
  label: string;
  to: NonNullable<LinkProps["to"]>;
  icon: ComponentType<{ size?: number | string; stroke?: number | string; "aria-hidden"?: boolean }>;
  /** "g" and this letter go there. */
  key: string;
  group: "stores" | "platform";
  /** Whether this person sees it; everybody where absent. */
  visible?: (me: Me) => boolean;
}

/** The side bar, the palette and the shortcuts follow this list. */
export const navigation: readonly NavigationEntry[] = [
  { label: "Stores", to: "/", icon: IconBuildingStore, key: "h", group: "stores" },
];

export function entriesFor(me: Me): NavigationEntry[] {
  return navigation.filter((entry) => entry.visible?.(me) ?? true);
}

/** Pages about oneself: in the menu below one's name. */
export const accountPages: readonly Pick<NavigationEntry, "label" | "to" | "icon">[] = [];
