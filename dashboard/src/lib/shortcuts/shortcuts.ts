import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Shortcut {
  /** One key or several one after another: "?" or "g h". */
  keys: string;
  /** For the sheet of shortcuts. */
  does: string;
}

interface Registered extends Shortcut {
  run: () => void;
}

const OFF_KEY = "storefleet-shortcuts-off";
/** The second key of "g h" must follow within this time. */
const SEQUENCE = 1200;

let registered: readonly Registered[] = [];
let off = readOff();
const listeners = new Set<() => void>();

function readOff(): boolean {
  try {
    return localStorage.getItem(OFF_KEY) === "yes";
  } catch {
    return false;
  }
}

function changed() {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Runs `run` on these keys while the component is there, unless a person is typing. */
export function useShortcut(keys: string, does: string, run: () => void) {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const mine: Registered = { keys, does, run: () => latest.current() };
    registered = [...registered, mine];
    changed();
    return () => {
      registered = registered.filter((other) => other !== mine);
      changed();
    };
  }, [keys, does]);
}

export function useShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(subscribe, () => registered);
}

/** Whether single keys do nothing: who speaks or shakes types by mistake (WCAG 2.1.4). */
export function useShortcutsOff(): [boolean, (off: boolean) => void] {
  const value = useSyncExternalStore(subscribe, () => off);
  return [
    value,
    (next) => {
      off = next;
      try {
        localStorage.setItem(OFF_KEY, next ? "yes" : "no");
      } catch {
        // Then it lasts until the page is closed.
      }
      changed();
    },
  ];
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Listens on the window; returns how to stop. */
export function listenForShortcuts(): () => void {
  let before = "";
  let at = 0;
  const listener = (event: KeyboardEvent) => {
    if (off || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("[role=dialog]")) return;
    const typed = before !== "" && event.timeStamp - at < SEQUENCE ? `${before} ${event.key}` : event.key;
    const match = registered.findLast((shortcut) => shortcut.keys === typed || shortcut.keys === event.key);
    if (match) {
      event.preventDefault();
      before = "";
      match.run();
      return;
    }
    before = registered.some((shortcut) => shortcut.keys.startsWith(`${event.key} `)) ? event.key : "";
    at = event.timeStamp;
  };
  window.addEventListener("keydown", listener);
  return () => window.removeEventListener("keydown", listener);
}
