import classes from "./command-line.module.css";
import { CopyButton } from "./copy-button";

/** A command to copy. */
export function CommandLine({ command }: { command: string }) {
  return (
    <div className={classes.line}>
      <code>{command}</code>
      <CopyButton value={command} what="command" />
    </div>
  );
}
