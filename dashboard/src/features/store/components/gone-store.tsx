import { IconMapPinOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { LinkButton } from "@/components/page/link-button";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { isApiError } from "@/lib/api/api-error";
import type { Store } from "@/lib/api/types";
import { receiptQuery } from "../api/receipt";
import { EventsTab } from "./events-tab";
import { ReceiptCard } from "./receipt-card";

interface GoneStoreProps {
  name: string;
  /** What it was last, where this page was open while it went. */
  last: Store | undefined;
  before: ReactNode;
}

/** At the address of a store that is not, or no longer, there. */
export function GoneStore({ name, last, before }: GoneStoreProps) {
  const receipt = useQuery({
    ...receiptQuery(name),
    // It is written a moment before the store goes; a database that was away may bring it later.
    retry: (failures, error) => failures < 3 && (last !== undefined || !isApiError(error, 404)),
  });
  const home = <LinkButton to="/">Go to the stores</LinkButton>;
  if (receipt.data) {
    return (
      <Page title={name} before={before} description="This store was deleted." actions={home}>
        <ReceiptCard receipt={receipt.data} />
        <EventsTab name={name} />
      </Page>
    );
  }
  return (
    <Page title={name} before={before}>
      <Panel>
        {receipt.isPending ? (
          <p role="status">Looking for what is known about {name}…</p>
        ) : isApiError(receipt.error, 404) ? (
          <EmptyState
            icon={<IconMapPinOff />}
            title={last ? "This store is gone" : "There is no such store"}
            action={home}
          >
            {last
              ? `${name} was deleted. A receipt of its teardown is not there.`
              : `No store is named ${name}, or it belongs to a team that you are not in.`}
          </EmptyState>
        ) : (
          <ErrorState
            error={receipt.error}
            title="The receipt could not be loaded"
            onRetry={() => void receipt.refetch()}
          />
        )}
      </Panel>
    </Page>
  );
}
