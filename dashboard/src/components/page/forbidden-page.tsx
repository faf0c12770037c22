import { IconLock } from "@tabler/icons-react";
import { EmptyState } from "./empty-state";
import { LinkButton } from "./link-button";
import { Page } from "./page";
import { Panel } from "./panel";

interface ForbiddenPageProps {
  title: string;
  /** Who may see it: "Admins of the platform see …". */
  children: string;
}

export function ForbiddenPage({ title, children }: ForbiddenPageProps) {
  return (
    <Page title={title}>
      <Panel>
        <EmptyState
          icon={<IconLock />}
          title="You may not see this page"
          action={<LinkButton to="/">Go to the stores</LinkButton>}
        >
          {children}
        </EmptyState>
      </Panel>
    </Page>
  );
}
