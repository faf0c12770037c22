import type { ReactNode } from "react";
import classes from "./status.module.css";

export type Tone = "positive" | "busy" | "caution" | "negative" | "idle";

interface StatusProps {
  tone: Tone;
  /** A sign whose shape differs between tones: colour alone says nothing to many. */
  icon: ReactNode;
  children: ReactNode;
}

/** A state in a word, with a sign and a colour. */
export function Status({ tone, icon, children }: StatusProps) {
  return (
    <span className={classes.status} data-tone={tone}>
      <span aria-hidden className={classes.icon}>
        {icon}
      </span>
      {children}
    </span>
  );
}
