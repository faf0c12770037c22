import { Button, NativeSelect, Skeleton, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle, IconListSearch, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { Panel } from "@/components/page/panel";
import { useTypedSearch } from "@/lib/search/typed-search";
import { choiceParam } from "@/lib/search-params";
import { formatDateTime, formatDuration, formatMoment } from "@/lib/time/format";
import { useNow } from "@/lib/time/use-now";
import { storeEventsQuery } from "../api/store-events";
import type { StoreSearch } from "../store-search";
import classes from "./events-tab.module.css";

const route = getRouteApi("/stores/$name");

interface EventsTabProps {
  name: string;
  /** Of a store that is there; without it, of all stores that had the name. */
  uid?: string;
}

/** What happened to the store, of the platform and of Kubernetes in one list. */
export function EventsTab({ name, uid }: EventsTabProps) {
  const { q, type, source } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (filters: StoreSearch) =>
    void navigate({ search: (before) => ({ ...before, ...filters }), replace: true, resetScroll: false });
  const [typed, setTyped] = useTypedSearch(q, (q) => change({ q }));
  const events = useInfiniteQuery(storeEventsQuery(name, { uid, q, type, source }));
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  const now = useNow(60_000);
  const filtered = Boolean(q || type || source);
  return (
    <Panel flush title="Events">
      <search className={classes.tools}>
        <TextInput
          className={classes.search}
          aria-label="Search the events"
          placeholder="Search reason, subject and message"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label="Type"
          value={type ?? ""}
          onChange={(event) =>
            change({ type: choiceParam(event.currentTarget.value, ["Normal", "Warning"]) })
          }
          data={[{ value: "", label: "All types" }, "Normal", "Warning"]}
        />
        <NativeSelect
          aria-label="Source"
          value={source ?? ""}
          onChange={(event) =>
            change({ source: choiceParam(event.currentTarget.value, ["storefleet", "kubernetes"]) })
          }
          data={[
            { value: "", label: "All sources" },
            { value: "storefleet", label: "Platform" },
            { value: "kubernetes", label: "Kubernetes" },
          ]}
        />
      </search>
      {events.error && items.length === 0 ? (
        <ErrorState
          error={events.error}
          title="The events could not be loaded"
          onRetry={() => void events.refetch()}
        />
      ) : events.isPending ? (
        <div className={classes.loading} role="status" aria-label="Loading the events">
          <Skeleton height={16} />
          <Skeleton height={16} width="80%" />
          <Skeleton height={16} width="90%" />
        </div>
      ) : items.length === 0 ? (
        <EmptyState icon={<IconListSearch />} title={filtered ? "No event fits" : "No events yet"}>
          {filtered ? "Change the search or the filters above." : "What happens to the store shows up here."}
        </EmptyState>
      ) : (
        <>
          <ol className={classes.list}>
            {items.map((event) => (
              <li key={event.sequence} className={classes.event} data-type={event.type}>
                <time dateTime={event.at} title={formatDateTime(event.at)} className={classes.at}>
                  {formatMoment(event.at, now)}
                </time>
                <span className={classes.icon}>
                  {event.type === "Warning" ? (
                    <IconAlertTriangle size={16} aria-label="Warning" role="img" />
                  ) : (
                    <IconInfoCircle size={16} aria-label="Normal" role="img" />
                  )}
                </span>
                <span className={classes.text}>
                  <b>{event.reason}</b> {event.message}
                  <span className={classes.subject}>
                    {event.source === "storefleet" ? "platform" : "kubernetes"}
                    {event.subject ? ` · ${event.subject}` : ""}
                    {event.durationSeconds === undefined ? "" : ` · ${formatDuration(event.durationSeconds)}`}
                  </span>
                </span>
              </li>
            ))}
          </ol>
          {events.hasNextPage ? (
            <div className={classes.more}>
              <Button
                variant="default"
                loading={events.isFetchingNextPage}
                onClick={() => void events.fetchNextPage()}
              >
                Show earlier events
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Panel>
  );
}
