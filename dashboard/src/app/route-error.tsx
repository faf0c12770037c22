import { ErrorState } from "@/components/page/error-state";
import { Page } from "@/components/page/page";

/** A page that broke: the rest of the dashboard stays. */
export function RouteError({ error }: { error: unknown }) {
  return (
    <Page title="This page broke">
      <ErrorState error={error} title="This page could not be shown" onRetry={() => location.reload()} />
    </Page>
  );
}
