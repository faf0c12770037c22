import type { User } from "@/lib/api/types";

/** What is wrong with the name of a new user, as the API sees it. */
export function userNameProblem(name: string): string | undefined {
  if (name === "") return "A user needs a name.";
  if (name.length > 40) return "At most 40 characters.";
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)
    ? undefined
    : "Only a-z, 0-9, '.' and '-', with a letter or figure at both ends.";
}

export function asUserRole(text: string): User["role"] {
  return text === "admin" ? "admin" : "user";
}

export const roleChoices = [
  { value: "user", label: "User: what the roles in teams allow" },
  { value: "admin", label: "Admin of the platform: everything" },
];

export interface UserEdit {
  email: string;
  role: User["role"];
  disabled: boolean;
}

/** What differs; nothing where all is as it was. */
export function userChange(before: User, edit: UserEdit): Partial<UserEdit> | undefined {
  const change: Partial<UserEdit> = {};
  if (edit.email.trim() !== before.email) change.email = edit.email.trim();
  if (edit.role !== before.role) change.role = edit.role;
  if (edit.disabled !== before.disabled) change.disabled = edit.disabled;
  return Object.keys(change).length > 0 ? change : undefined;
}

export function filterUsers(users: readonly User[], q: string | undefined): readonly User[] {
  const wanted = q?.trim().toLowerCase();
  return wanted
    ? users.filter((user) => user.name.includes(wanted) || user.email.toLowerCase().includes(wanted))
    : users;
}
