import type { Me } from "@/lib/api/types";

// docs/permissions.md; the API refuses the rest as well.

export function isAdmin(me: Me): boolean {
  return me.role === "admin";
}

function roleIn(me: Me, team: string) {
  return me.teams.find((membership) => membership.team === team)?.role;
}

/** Create, change, check and delete stores; login links; credentials. */
export function mayChangeStores(me: Me, team: string): boolean {
  if (me.scope === "read") return false;
  const role = roleIn(me, team);
  return isAdmin(me) || role === "member" || role === "owner";
}

/** Add, change and remove members; read the team's audit log. */
export function mayManageTeam(me: Me, team: string): boolean {
  return me.scope === "full" && (isAdmin(me) || roleIn(me, team) === "owner");
}

/** The teams in which stores can be created. An admin may in every team, also those that are not listed here. */
export function teamsToCreateIn(me: Me): string[] {
  return me.teams.map((membership) => membership.team).filter((team) => mayChangeStores(me, team));
}

export function mayCreateStores(me: Me): boolean {
  return me.scope !== "read" && (isAdmin(me) || teamsToCreateIn(me).length > 0);
}

export function maySeeAudit(me: Me): boolean {
  return isAdmin(me) || me.teams.some((membership) => membership.role === "owner");
}
