import { Button, CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { IconBuildingStore, IconPlus, IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useRef } from "react";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { LinkButton } from "@/components/page/link-button";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { useEngines } from "@/domain/engines/engines";
import { useMe } from "@/domain/session/me";
import { mayCreateStores } from "@/domain/session/permissions";
import { expiresSoon } from "@/domain/stores/expiry";
import { lastList } from "@/domain/stores/last-list";
import { needsAttention, phases } from "@/domain/stores/phases";
import {
  countPhases,
  filterStores,
  type SortKey,
  type StoreFilters,
  sortStores,
  valuesOf,
} from "@/domain/stores/store-filters";
import { useStoreList } from "@/domain/stores/store-list";
import { useTypedSearch } from "@/lib/search/typed-search";
import { useShortcut } from "@/lib/shortcuts/shortcuts";
import { Activity } from "../components/activity";
import { Attention } from "../components/attention";
import { FleetBar } from "../components/fleet-bar";
import { StoreTable } from "../components/store-table";
import { StoreTableSkeleton } from "../components/store-table-skeleton";
import classes from "./home-page.module.css";

const route = getRouteApi("/");
const NONE: never[] = [];

export function HomePage() {
  const me = useMe();
  const list = useStoreList();
  const { data: engines } = useEngines();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useEffect(() => lastList.remember(search), [search]);
  const stores = list.data?.stores ?? NONE;
  const counts = useMemo(() => countPhases(stores), [stores]);
  const attention = useMemo(
    () => stores.filter((store) => needsAttention(store) || expiresSoon(store, Date.now())),
    [stores],
  );
  const engineNames = useMemo(
    () => new Map(engines?.map((engine) => [engine.name, engine.displayName])),
    [engines],
  );
  const change = (filters: StoreFilters) =>
    void navigate({ search: (before) => ({ ...before, ...filters }), replace: true, resetScroll: false });

  const createButton = mayCreateStores(me) ? (
    <LinkButton to="/new" leftSection={<IconPlus size={16} aria-hidden />}>
      New store
    </LinkButton>
  ) : null;

  if (list.error && stores.length === 0) {
    return (
      <Page title="Stores">
        <Panel>
          <ErrorState
            error={list.error}
            title="The stores could not be loaded"
            onRetry={() => void list.refetch()}
          />
        </Panel>
      </Page>
    );
  }
  if (list.data?.complete && stores.length === 0) {
    return (
      <Page title="Stores">
        <Panel>
          <EmptyState icon={<IconBuildingStore />} title="No stores yet" action={createButton}>
            {createButton
              ? "A store is a working shop at its own address, with a database of its own. It takes seconds."
              : "Stores of your teams show up here. You may look at them; creating one needs the role member."}
          </EmptyState>
        </Panel>
        <Activity />
      </Page>
    );
  }
  return (
    <Page title="Stores" width="wide" actions={<span className={classes.create}>{createButton}</span>}>
      {list.data ? (
        <FleetBar counts={counts} selected={search.phase} onSelect={(phase) => change({ phase })} />
      ) : null}
      <div className={classes.columns}>
        <div className={classes.main}>
          <Attention stores={attention} onShowAll={() => change({ sort: "phase", desc: undefined })} />
          {list.data ? (
            <FilteredStores search={search} change={change} engineNames={engineNames} list={list.data} />
          ) : (
            <StoreTableSkeleton />
          )}
        </div>
        <Activity />
      </div>
    </Page>
  );
}

interface FilteredStoresProps {
  search: StoreFilters;
  change: (filters: StoreFilters) => void;
  engineNames: ReadonlyMap<string, string>;
  list: { stores: Parameters<typeof filterStores>[0]; total: number; complete: boolean };
}

function FilteredStores({ search, change, engineNames, list }: FilteredStoresProps) {
  const { stores } = list;
  const [typed, setTyped] = useTypedSearch(search.q, (q) => change({ q }));
  const q = useDeferredValue(typed);
  const field = useRef<HTMLInputElement>(null);
  useShortcut("/", "Search the stores", () => field.current?.focus());

  const { phase, engine, team, sort, desc } = search;
  // The control that was clicked changes at once, thousands of rows a moment later.
  const wanted = useDeferredValue(search);
  const shown = useMemo(
    () => sortStores(filterStores(stores, { ...wanted, q }), wanted.sort, wanted.desc ?? false),
    [stores, q, wanted],
  );
  const engines = useMemo(() => valuesOf(stores, "engine"), [stores]);
  const teams = useMemo(() => valuesOf(stores, "team"), [stores]);
  const filtered = Boolean(typed || phase || engine || team);
  const clear = () => {
    setTyped("");
    change({ q: undefined, phase: undefined, engine: undefined, team: undefined });
  };
  const onSort = (key: SortKey) =>
    change(
      sort === key || (!sort && key === "name")
        ? { sort: key, desc: desc ? undefined : true }
        : { sort: key, desc: undefined },
    );

  return (
    <Panel flush>
      <search className={classes.tools}>
        <TextInput
          ref={field}
          className={classes.search}
          aria-label="Search by name or title"
          placeholder="Search by name or title"
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            typed ? (
              <CloseButton size="sm" aria-label="Clear the search" onClick={() => setTyped("")} />
            ) : null
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label="Phase"
          value={phase ?? ""}
          onChange={(event) => change({ phase: phases.find((one) => one === event.currentTarget.value) })}
          data={[{ value: "", label: "Phase" }, ...phases]}
        />
        <NativeSelect
          aria-label="Engine"
          value={engine ?? ""}
          onChange={(event) => change({ engine: event.currentTarget.value || undefined })}
          data={[
            { value: "", label: "Engine" },
            ...engines.map((name) => ({ value: name, label: engineNames.get(name) ?? name })),
          ]}
        />
        <NativeSelect
          aria-label="Team"
          value={team ?? ""}
          onChange={(event) => change({ team: event.currentTarget.value || undefined })}
          data={[{ value: "", label: "Team" }, ...teams]}
        />
      </search>
      {shown.length === 0 ? (
        <EmptyState
          icon={<IconSearch />}
          title="No store fits"
          action={
            filtered ? (
              <Button variant="default" onClick={clear}>
                Clear the filters
              </Button>
            ) : null
          }
        >
          {list.complete
            ? "No store has all that is chosen above."
            : `${stores.length.toLocaleString()} of ${list.total.toLocaleString()} are loaded; the rest is coming.`}
        </EmptyState>
      ) : (
        <StoreTable
          stores={shown}
          engineNames={engineNames}
          sort={sort ?? "name"}
          desc={desc ?? false}
          onSort={onSort}
        />
      )}
      <p className={classes.count} role="status">
        {filtered
          ? `${shown.length.toLocaleString()} of ${list.total.toLocaleString()} stores`
          : list.complete
            ? `${list.total.toLocaleString()} ${list.total === 1 ? "store" : "stores"}`
            : `Loading: ${stores.length.toLocaleString()} of ${list.total.toLocaleString()} stores`}
      </p>
    </Panel>
  );
}
