import type { ReactNode } from "react";
import classes from "./panel.module.css";

interface PanelProps {
  title?: string;
  /** What stands on the right of the title. */
  aside?: ReactNode;
  /** Content up to the edge, for lists and tables. */
  flush?: boolean;
  tone?: "plain" | "negative" | "positive" | "caution";
  children: ReactNode;
}

/** A section of a page with a surface of its own. */
export function Panel({ title, aside, flush = false, tone = "plain", children }: PanelProps) {
  return (
    <section className={classes.panel} data-tone={tone}>
      {title || aside ? (
        <header className={classes.header}>
          {title ? <h2>{title}</h2> : <span />}
          {aside}
        </header>
      ) : null}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
