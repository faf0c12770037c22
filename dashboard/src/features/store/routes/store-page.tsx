import { Skeleton, Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { BackLink } from "@/components/page/back-link";
import { ErrorState } from "@/components/page/error-state";
import { Page } from "@/components/page/page";
import { Panel } from "@/components/page/panel";
import { PhaseStatus } from "@/components/stores/phase-status";
import { useMe } from "@/domain/session/me";
import { mayChangeStores } from "@/domain/session/permissions";
import { lastList } from "@/domain/stores/last-list";
import { useStore } from "@/domain/stores/store";
import { isApiError } from "@/lib/api/api-error";
import type { Store } from "@/lib/api/types";
import { Overview } from "../components/overview";
import { type SettingsField, type StoreTab, storeTabs } from "../store-search";
import classes from "./store-page.module.css";

const EventsTab = lazy(() =>
  import("../components/events-tab").then((module) => ({ default: module.EventsTab })),
);
const LogsTab = lazy(() => import("../components/logs-tab").then((module) => ({ default: module.LogsTab })));
const MetricsTab = lazy(() =>
  import("../components/metrics-tab").then((module) => ({ default: module.MetricsTab })),
);
const SettingsTab = lazy(() =>
  import("../components/settings-tab").then((module) => ({ default: module.SettingsTab })),
);
const DangerTab = lazy(() =>
  import("../components/danger-tab").then((module) => ({ default: module.DangerTab })),
);

const GoneStore = lazy(() =>
  import("../components/gone-store").then((module) => ({ default: module.GoneStore })),
);

const labels: Record<StoreTab, string> = {
  overview: "Overview",
  events: "Events",
  logs: "Logs",
  metrics: "Metrics",
  settings: "Settings",
  danger: "Danger zone",
};

const route = getRouteApi("/stores/$name");

function BackToStores() {
  return (
    <BackLink to="/" search={lastList.get()}>
      Stores
    </BackLink>
  );
}

export function StorePage() {
  const { name } = route.useParams();
  const query = useStore(name);
  // A page that saw the store go says so; one that was opened later has only the receipt.
  const last = useRef<Store>(undefined);
  if (query.data) last.current = query.data;
  if (last.current && last.current.name !== name) last.current = undefined;

  if (isApiError(query.error, 404))
    return <GoneStore key={name} name={name} last={last.current} before={<BackToStores />} />;
  if (query.data) return <StoreTabs key={query.data.uid} store={query.data} />;
  return (
    <Page title={name} before={<BackToStores />}>
      <Panel>
        {query.error ? (
          <ErrorState
            error={query.error}
            title="The store could not be loaded"
            onRetry={() => void query.refetch()}
          />
        ) : (
          <div role="status" aria-label="Loading the store">
            <Skeleton height={18} width="40%" mb="md" />
            <Skeleton height={14} mb="sm" />
            <Skeleton height={14} width="70%" />
          </div>
        )}
      </Panel>
    </Page>
  );
}

function StoreTabs({ store }: { store: Store }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const mayChange = mayChangeStores(me, store.team);
  const tabs = storeTabs.filter((tab) => mayChange || (tab !== "settings" && tab !== "danger"));
  const tab = tabs.find((one) => one === search.tab) ?? "overview";
  const bar = useRef<HTMLDivElement>(null);
  // On phones not all tabs fit beside each other.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is the reason
  useEffect(() => {
    // After the page is drawn: looking for the place costs a layout.
    const frame = requestAnimationFrame(() => {
      bar.current
        ?.querySelector("[aria-selected=true]")
        ?.scrollIntoView({ inline: "center", block: "nearest" });
    });
    return () => cancelAnimationFrame(frame);
  }, [tab]);
  return (
    <Page
      title={store.name}
      before={<BackToStores />}
      beside={<PhaseStatus phase={store.phase} />}
      description={store.title === store.name ? undefined : store.title}
    >
      <Tabs
        value={tab}
        onChange={(value) => {
          const next = tabs.find((one) => one === value);
          void navigate({ search: next === "overview" ? {} : { tab: next }, resetScroll: false });
        }}
        keepMounted={false}
      >
        <div className={classes.tabs} ref={bar}>
          <Tabs.List aria-label="Parts of the store">
            {tabs.map((one) => (
              <Tabs.Tab key={one} value={one} color={one === "danger" ? "red" : undefined}>
                {labels[one]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </div>
        {tabs.map((one) => (
          <Tabs.Panel key={one} value={one} pt="lg">
            <Suspense fallback={<Skeleton height={240} />}>
              <TabContent tab={one} store={store} mayChange={mayChange} focus={search.focus} />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

interface TabContentProps {
  tab: StoreTab;
  store: Store;
  mayChange: boolean;
  focus: SettingsField | undefined;
}

function TabContent({ tab, store, mayChange, focus }: TabContentProps) {
  switch (tab) {
    case "overview":
      return <Overview store={store} mayChange={mayChange} />;
    case "events":
      return <EventsTab name={store.name} uid={store.uid} />;
    case "logs":
      return <LogsTab store={store} />;
    case "metrics":
      return <MetricsTab store={store} />;
    case "settings":
      return <SettingsTab store={store} focus={focus} />;
    case "danger":
      return <DangerTab store={store} />;
  }
}
