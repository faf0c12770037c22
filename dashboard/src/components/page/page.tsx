import { type ReactNode, useEffect } from "react";
import classes from "./page.module.css";

interface PageProps {
  title: string;
  /** Before the title: a way back, for example. */
  before?: ReactNode;
  /** Beside the title: a badge, for example. */
  beside?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  width?: "normal" | "narrow" | "wide";
  children?: ReactNode;
}

/** The frame of every page: heading, actions, content; the heading is the title of the tab as well. */
export function Page({ title, before, beside, description, actions, width = "normal", children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Storefleet`;
  }, [title]);
  return (
    <div className={classes.page} data-width={width}>
      {before}
      <div className={classes.head}>
        <div className={classes.titles}>
          <div className={classes.title}>
            <h1>{title}</h1>
            {beside}
          </div>
          {description ? <p className={classes.description}>{description}</p> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </div>
      {children}
    </div>
  );
}
