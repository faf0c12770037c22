import { Skeleton } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ErrorState } from "@/components/page/error-state";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { EngineTile } from "@/components/stores/engine-tile";
import { useEngines } from "@/domain/engines/engines";
import { useMe } from "@/domain/session/me";
import { mayCreateStores } from "@/domain/session/permissions";
import { CreateForm } from "../components/create-form";
import classes from "./new-store-page.module.css";

const route = getRouteApi("/new");

/** Two clicks: an engine, then Create. */
export function NewStorePage() {
  const me = useMe();
  const engines = useEngines();
  const search = route.useSearch();
  if (!mayCreateStores(me)) {
    return (
      <Page title="New store" width="narrow">
        <Panel>
          <p>Creating stores needs the role member in a team. Ask an owner of your team for it.</p>
        </Panel>
      </Page>
    );
  }
  const chosen =
    engines.data?.find((engine) => engine.name === search.engine) ??
    (engines.data?.length === 1 ? engines.data[0] : undefined);
  return (
    <Page
      title="New store"
      width="narrow"
      description="Choose what kind of shop it is. Everything can be left as it is."
    >
      {engines.error ? (
        <Panel>
          <ErrorState
            error={engines.error}
            title="The engines could not be loaded"
            onRetry={() => void engines.refetch()}
          />
        </Panel>
      ) : null}
      <ul className={classes.engines} aria-label="Engines">
        {engines.isPending ? (
          <>
            <Skeleton component="li" height={108} />
            <Skeleton component="li" height={108} />
          </>
        ) : null}
        {engines.data?.map((engine) => (
          <li key={engine.name}>
            <Link
              to="/new"
              search={{ engine: engine.name }}
              replace
              resetScroll={false}
              className={classes.engine}
              data-chosen={engine === chosen}
            >
              <EngineTile engine={engine.displayName} size="large" />
              <span>
                <span className={classes.name}>{engine.displayName}</span>
                <span className={classes.description}>{engine.description}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {chosen ? <CreateForm engine={chosen} /> : null}
    </Page>
  );
}
