import { Button } from "@mantine/core";
import { IconMapPinOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";

export function NotFoundPage() {
  return (
    <Page title="Page not found">
      <EmptyState
        icon={<IconMapPinOff />}
        title="There is no page at this address"
        action={
          <Button component={Link} to="/">
            Go to the stores
          </Button>
        }
      >
        The link may be old, or a letter is missing.
      </EmptyState>
    </Page>
  );
}
