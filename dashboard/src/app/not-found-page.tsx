import { IconMapPinOff } from "@tabler/icons-react";
import { EmptyState } from "@/components/page/empty-state";
import { LinkButton } from "@/components/page/link-button";
import { Page } from "@/components/page/page";

export function NotFoundPage() {
  return (
    <Page title="Page not found">
      <EmptyState
        icon={<IconMapPinOff />}
        title="There is no page at this address"
        action={<LinkButton to="/">Go to the stores</LinkButton>}
      >
        The link may be old, or a letter is missing.
      </EmptyState>
    </Page>
  );
}
