import { Skeleton } from "@mantine/core";
import classes from "./pending-page.module.css";

/** While the module of a page is still on its way. */
export function PendingPage() {
  return (
    <div className={classes.page} role="status" aria-label="Loading the page">
      <Skeleton height={32} width="30%" />
      <Skeleton height={220} />
    </div>
  );
}
