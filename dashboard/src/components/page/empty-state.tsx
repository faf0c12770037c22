import type { ReactNode } from "react";
import classes from "./states.module.css";

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  children: ReactNode;
  /** The one thing to do next. */
  action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      <span aria-hidden className={classes.icon}>
        {icon}
      </span>
      <h2>{title}</h2>
      <p className={classes.muted}>{children}</p>
      {action}
    </div>
  );
}
