import type { Token, TokenScope } from "@/lib/api/types";

const meanings: Record<TokenScope, string> = {
  read: "Looks at everything that you may see, and changes nothing.",
  write: "Also creates, changes and deletes stores.",
  full: "Everything that you may do, your password and other tokens included.",
};

export function scopeMeaning(scope: TokenScope): string {
  return meanings[scope];
}

export const scopes = ["read", "write", "full"] as const satisfies readonly TokenScope[];

export function asScope(text: string): TokenScope {
  return scopes.find((scope) => scope === text) ?? "read";
}

export const lifetimes = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "180", label: "180 days" },
  { value: "365", label: "365 days" },
];

/** What is still valid after a log-out everywhere or a new password. */
export function tokensLeft(count: number): string {
  if (count === 0) return "No API tokens are left.";
  return count === 1 ? "1 API token stays valid." : `${count} API tokens stay valid.`;
}

const SOON = 7 * 86_400_000;

export function expiryState(token: Token, now: number): "never" | "later" | "soon" | "past" {
  if (!token.expiresAt) return "never";
  const left = Date.parse(token.expiresAt) - now;
  if (left <= 0) return "past";
  return left < SOON ? "soon" : "later";
}
