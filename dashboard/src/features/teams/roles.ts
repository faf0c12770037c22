import type { TeamRole } from "@/lib/api/types";

/** From the least to the most. */
export const roles = ["viewer", "member", "owner"] as const satisfies readonly TeamRole[];

const meanings: Record<TeamRole, string> = {
  viewer: "Sees the team's stores, their events, logs and usage.",
  member: "Also creates, changes and deletes stores, and reads their passwords.",
  owner: "Also takes people in and out, and reads the team's audit log.",
};

export function roleMeaning(role: TeamRole): string {
  return meanings[role];
}

export function asRole(text: string): TeamRole {
  return roles.find((role) => role === text) ?? "viewer";
}
