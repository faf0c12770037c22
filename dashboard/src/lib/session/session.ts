import { useSyncExternalStore } from "react";

/**
 * Whether the browser's session is known to be over. Not server state: the server only says it by refusing
 * something, and what a person has typed must stay on the page meanwhile.
 */
let ended = false;
let token: string | undefined;
const listeners = new Set<() => void>();

function change(next: boolean) {
  if (ended === next) return;
  ended = next;
  for (const listener of listeners) listener();
}

export const session = {
  end: () => change(true),
  begin(csrfToken: string | undefined) {
    token = csrfToken;
    change(false);
  },
  /** Goes with each change as X-CSRF-Token. */
  csrfToken: () => token,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function useSessionEnded(): boolean {
  return useSyncExternalStore(session.subscribe, () => ended);
}
