import { expect, it } from "vitest";
import type { Me } from "@/lib/api/types";
import { mayChangeStores, mayCreateStores, mayManageTeam, teamsToCreateIn } from "./permissions";

const me = (parts: Partial<Me>): Me => ({
  name: "ann",
  role: "user",
  via: "session",
  scope: "full",
  teams: [],
  ...parts,
});
const teams: Me["teams"] = [
  { team: "seen", role: "viewer" },
  { team: "worked", role: "member" },
  { team: "owned", role: "owner" },
];

it("lets a viewer look, a member change stores, an owner manage", () => {
  const ann = me({ teams });
  expect(["seen", "worked", "owned", "other"].map((team) => mayChangeStores(ann, team))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(["seen", "worked", "owned", "other"].map((team) => mayManageTeam(ann, team))).toEqual([
    false,
    false,
    true,
    false,
  ]);
  expect(teamsToCreateIn(ann)).toEqual(["worked", "owned"]);
  expect(mayCreateStores(me({ teams: [{ team: "seen", role: "viewer" }] }))).toBe(false);
});

it("lets an admin everywhere, but nothing that only reads", () => {
  expect(mayChangeStores(me({ role: "admin" }), "any")).toBe(true);
  expect(mayCreateStores(me({ role: "admin" }))).toBe(true);
  expect(mayCreateStores(me({ role: "admin", scope: "read" }))).toBe(false);
  expect(mayManageTeam(me({ role: "admin", scope: "write" }), "any")).toBe(false);
});
