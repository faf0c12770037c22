import { useEffect, useState } from "react";

/** What had the focus before the first of the dialogs that follow each other. */
let opener: HTMLElement | undefined;

/**
 * For a dialog that is only there while it is open: when it and those that take its place are gone, the focus is
 * again where it was. Mantine does that only for dialogs that stay and are closed.
 */
export function useReturnFocus() {
  const [back] = useState(() => {
    const active = document.activeElement;
    // A button that was disabled while it waited has lost the focus to the body.
    const outside = active !== document.body && !active?.closest("[role=dialog]");
    if (outside && active instanceof HTMLElement) opener = active;
    return opener;
  });
  useEffect(
    () => () => {
      if (back?.isConnected && !document.querySelector("[role=dialog]")) back.focus();
    },
    [back],
  );
}
