import type { AuditEntry } from "@/lib/api/types";

interface Words {
  /** "created" the store demo. */
  did: string;
  /** For what failed: tried to "create" the store demo. */
  wanted: string;
  /** For the filter: "Store created". */
  choice: string;
}

// Every action of the tables of routes (backend/api/*/routes.cpp).
const words: Record<string, Words> = {
  "session.create": { did: "logged in", wanted: "log in", choice: "Login" },
  "session.delete": { did: "logged out", wanted: "log out", choice: "Logout" },
  "password.change": {
    did: "changed their password",
    wanted: "change their password",
    choice: "Password changed",
  },
  "token.create": { did: "made", wanted: "make", choice: "API token made" },
  "token.delete": { did: "revoked", wanted: "revoke", choice: "API token revoked" },
  "store.create": { did: "created", wanted: "create", choice: "Store created" },
  "store.update": { did: "changed", wanted: "change", choice: "Store changed" },
  "store.delete": { did: "deleted", wanted: "delete", choice: "Store deleted" },
  "store.retry": { did: "retried", wanted: "retry", choice: "Store retried" },
  "store.sleep": { did: "put to sleep", wanted: "put to sleep", choice: "Store put to sleep" },
  "store.wake": { did: "woke", wanted: "wake", choice: "Store woken" },
  "store.upgrade": { did: "upgraded", wanted: "upgrade", choice: "Store upgraded" },
  "store.rollback": { did: "rolled back", wanted: "roll back", choice: "Store rolled back" },
  "store.resetAdminPassword": {
    did: "reset the password of",
    wanted: "reset the password of",
    choice: "Store password reset",
  },
  "store.check": { did: "checked", wanted: "check", choice: "Store checked" },
  "store.login": { did: "got a login link to", wanted: "get a login link to", choice: "Store login link" },
  "credentials.read": {
    did: "read the password of",
    wanted: "read the password of",
    choice: "Store password read",
  },
  "team.create": { did: "created", wanted: "create", choice: "Team created" },
  "team.update": { did: "changed", wanted: "change", choice: "Team changed" },
  "team.delete": { did: "deleted", wanted: "delete", choice: "Team deleted" },
  "member.set": { did: "set the role of", wanted: "set the role of", choice: "Member added or changed" },
  "member.remove": { did: "removed", wanted: "remove", choice: "Member removed" },
  "user.create": { did: "created", wanted: "create", choice: "User created" },
  "user.update": { did: "changed", wanted: "change", choice: "User changed" },
  "user.delete": { did: "deleted", wanted: "delete", choice: "User deleted" },
  "identity.link": {
    did: "linked an identity with",
    wanted: "link an identity with",
    choice: "Single sign-on linked",
  },
  "identity.unlink": {
    did: "unlinked the identity of",
    wanted: "unlink the identity of",
    choice: "Single sign-on removed",
  },
};

/** Values and labels for the filter, in the order above. */
export const auditActions = Object.entries(words).map(([value, { choice }]) => ({ value, label: choice }));

export interface AuditThing {
  kind: "store" | "team" | "user" | "token";
  name: string;
}

/** "team/blue user/ann": what was done something to. A token's name may have spaces in it. */
export function thingsOf(subject: string): AuditThing[] {
  const kinds: Record<string, AuditThing["kind"]> = {
    store: "store",
    name: "store",
    team: "team",
    user: "user",
    token: "token",
    id: "token",
  };
  return subject.split(/ (?=(?:store|name|team|user|token|id)\/)/).flatMap((part) => {
    const slash = part.indexOf("/");
    const kind = kinds[part.slice(0, slash)];
    const name = part.slice(slash + 1);
    return kind && name ? [{ kind, name }] : [];
  });
}

/** Text, or a thing that may be a link. */
export type AuditPart = string | AuditThing;

/** What was done in plain words, without who did it: "created the store", demo. */
export function auditSentence(
  entry: Pick<AuditEntry, "action" | "subject" | "succeeded" | "details">,
): AuditPart[] {
  const known = words[entry.action];
  if (!known) return [`${entry.succeeded ? "did" : "tried"} ${entry.action} ${entry.subject}`.trim()];
  // A create that is only tried out (validateOnly) answers 200; a real one 202.
  const onlyAsked = entry.action === "store.create" && statusOf(entry.details) === 200;
  const did = onlyAsked ? "checked what it takes to create" : known.did;
  const verb = entry.succeeded ? did : `tried to ${known.wanted}`;
  const things = thingsOf(entry.subject);
  const of = (kind: AuditThing["kind"]) => things.find((thing) => thing.kind === kind);
  if (entry.action.startsWith("session.") || entry.action === "password.change") return [verb];
  if (entry.action.startsWith("member.")) {
    const user = of("user");
    const team = of("team");
    return [
      `${verb} `,
      user ?? "somebody",
      entry.action === "member.remove" ? " from the team " : " in the team ",
      team ?? "?",
    ];
  }
  const [thing] = things;
  const article = { store: "the store", team: "the team", user: "the user", token: "the API token" };
  return thing ? [`${verb} ${article[thing.kind]} `, thing] : [`${verb} ${unnamed(entry.action)}`];
}

/** A request that was refused before it named what it is about. */
function unnamed(action: string): string {
  const kind = action.slice(0, action.indexOf("."));
  return kind === "token" ? "an API token" : kind === "credentials" ? "a store" : `a ${kind}`;
}

const ways: Record<string, string> = {
  session: "in the browser",
  token: "with an API token",
  bootstrap: "with the bootstrap token",
  password: "with a password",
  oidc: "with single sign-on",
};

export function wayOf(via: string): string {
  return ways[via] ?? via;
}

/** Why it failed, as far as the entry tells: "refused (403)". */
export function outcomeOf(entry: Pick<AuditEntry, "succeeded" | "details">): string {
  if (entry.succeeded) return "done";
  const status = statusOf(entry.details);
  if (status === 401 || status === 403) return `refused (${status})`;
  return status === undefined ? "failed" : `failed (${status})`;
}

function statusOf(details: unknown): number | undefined {
  const status =
    typeof details === "object" && details !== null && "status" in details ? details.status : undefined;
  return typeof status === "number" ? status : undefined;
}
