import { expect, test } from "vitest";
import { auditActions, auditSentence, outcomeOf, thingsOf } from "./audit-words";

const say = (action: string, subject: string, succeeded = true, status = succeeded ? 202 : 403) =>
  auditSentence({ action, subject, succeeded, details: { status } })
    .map((part) => (typeof part === "string" ? part : part.name))
    .join("");

test.each([
  ["store.create", "store/demo", "created the store demo"],
  ["store.delete", "name/demo", "deleted the store demo"],
  ["store.login", "store/demo", "got a login link to the store demo"],
  ["credentials.read", "store/demo", "read the password of the store demo"],
  ["member.set", "team/blue user/ann", "set the role of ann in the team blue"],
  ["member.remove", "user/ann team/blue", "removed ann from the team blue"],
  ["token.create", "token/nightly user deploy", "made the API token nightly user deploy"],
  ["token.delete", "id/0q8r4j5k6m", "revoked the API token 0q8r4j5k6m"],
  ["identity.link", "user/ann", "linked an identity with the user ann"],
  ["session.create", "user/ann", "logged in"],
  ["password.change", "", "changed their password"],
])("%s of %s", (action, subject, sentence) => {
  expect(say(action, subject)).toBe(sentence);
});

test("what failed was tried", () => {
  expect(say("store.create", "store/demo", false)).toBe("tried to create the store demo");
  expect(say("session.create", "user/ann", false)).toBe("tried to log in");
  expect(say("user.create", "", false)).toBe("tried to create a user");
  expect(say("token.create", "", false)).toBe("tried to make an API token");
});

test("a create that was only tried out made nothing", () => {
  expect(say("store.create", "store/demo", true, 200)).toBe("checked what it takes to create the store demo");
});

test("an action of a newer server is shown as it is called", () => {
  expect(say("store.paint", "store/demo")).toBe("did store.paint store/demo");
  expect(say("store.paint", "store/demo", false)).toBe("tried store.paint store/demo");
});

test("every action of the filter has words of its own", () => {
  expect(new Set(auditActions.map((action) => action.label)).size).toBe(auditActions.length);
  for (const { value } of auditActions) expect(say(value, "store/demo")).not.toContain(value);
});

test("things of a subject", () => {
  expect(thingsOf("team/blue user/ann")).toEqual([
    { kind: "team", name: "blue" },
    { kind: "user", name: "ann" },
  ]);
  expect(thingsOf("")).toEqual([]);
  expect(thingsOf("user/")).toEqual([]);
  expect(thingsOf("planet/mars")).toEqual([]);
});

test("how it ended", () => {
  expect(outcomeOf({ succeeded: true, details: { status: 202 } })).toBe("done");
  expect(outcomeOf({ succeeded: false, details: { status: 403 } })).toBe("refused (403)");
  expect(outcomeOf({ succeeded: false, details: { status: 409 } })).toBe("failed (409)");
  expect(outcomeOf({ succeeded: false, details: {} })).toBe("failed");
});
