import {
  IconBuildingStore,
  IconHeartbeat,
  IconHistory,
  IconKey,
  IconPackages,
  IconUserCircle,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { isAdmin, maySeeAudit } from "@/domain/session/permissions";
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
const navigation: readonly NavigationEntry[] = [
  { label: "Stores", to: "/", icon: IconBuildingStore, key: "h", group: "stores" },
  { label: "Teams", to: "/teams", icon: IconUsersGroup, key: "t", group: "platform" },
  { label: "Engines and plans", to: "/engines", icon: IconPackages, key: "e", group: "platform" },
  { label: "Users", to: "/users", icon: IconUsers, key: "u", group: "platform", visible: isAdmin },
  { label: "Audit log", to: "/audit", icon: IconHistory, key: "a", group: "platform", visible: maySeeAudit },
  {
    label: "Platform health",
    to: "/platform",
    icon: IconHeartbeat,
    key: "p",
    group: "platform",
    visible: isAdmin,
  },
];

export function entriesFor(me: Me): NavigationEntry[] {
  return navigation.filter((entry) => entry.visible?.(me) ?? true);
}

/** Pages about oneself: in the menu below one's name. */
export const accountPages: readonly Pick<NavigationEntry, "label" | "to" | "icon">[] = [
  { label: "Profile", to: "/profile", icon: IconUserCircle },
  { label: "API tokens", to: "/tokens", icon: IconKey },
];
