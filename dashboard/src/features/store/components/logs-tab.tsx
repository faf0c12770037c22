import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import {
  IconArrowDown,
  IconDownload,
  IconFileText,
  IconMoon,
  IconPlayerPause,
  IconPlayerPlay,
  IconSearch,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { Panel } from "@/components/page/panel";
import type { Store } from "@/lib/api/types";
import { formatClock } from "@/lib/time/format";
import { useStoreLogs } from "../api/store-logs";
import { usageQuery } from "../api/usage";
import { asText, filterLines, type LogLine } from "../log-lines";
import classes from "./logs-tab.module.css";

const route = getRouteApi("/stores/$name");
const usual = ["web", "database"];

export function LogsTab({ store }: { store: Store }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [follow, setFollow] = useState(true);
  const [paused, setPaused] = useState(false);
  const [previous, setPrevious] = useState(false);
  const [filter, setFilter] = useState("");
  const [attempt, setAttempt] = useState(0);
  const component = search.component ?? "web";
  const container = search.container ?? "";
  const [typedContainer, setTypedContainer] = useState(container);
  const { data: usage } = useQuery(usageQuery(store.name));
  const components = [...new Set([...usual, ...(usage?.pods.map((pod) => pod.component) ?? []), component])];
  const log = useStoreLogs({ name: store.name, component, container, previous, follow }, paused, attempt);
  const unread = log.state === "failed" && log.lines.length === 0;
  const lines = useMemo(() => filterLines(log.lines, filter), [log.lines, filter]);
  const choose = (choice: { component?: string | undefined; container?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...choice }), replace: true, resetScroll: false });

  const download = () => {
    const url = URL.createObjectURL(new Blob([`${asText(lines)}\n`], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${store.name}-${component}${container ? `-${container}` : ""}.log`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };

  return (
    <Panel flush>
      <div className={classes.tools}>
        <NativeSelect
          label="Part"
          value={component}
          onChange={(event) => choose({ component: event.currentTarget.value, container: undefined })}
          data={components}
        />
        <TextInput
          label="Container"
          placeholder="Main container"
          value={typedContainer}
          onChange={(event) => setTypedContainer(event.currentTarget.value)}
          onBlur={() => choose({ container: typedContainer.trim() || undefined })}
          onKeyDown={(event) => {
            if (event.key === "Enter") choose({ container: typedContainer.trim() || undefined });
          }}
          autoComplete="off"
          spellCheck={false}
        />
        <TextInput
          className={classes.filter}
          label="Filter"
          placeholder="Only lines with…"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <div className={classes.buttons}>
          <Button
            variant="default"
            disabled={log.state !== "following" && !paused}
            leftSection={
              paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
            }
            onClick={() => setPaused(!paused)}
          >
            {paused ? `Go on${log.waiting > 0 ? ` (${log.waiting} new)` : ""}` : "Pause"}
          </Button>
          <Button
            variant="default"
            disabled={lines.length === 0}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={download}
          >
            Download
          </Button>
        </div>
        <div className={classes.switches}>
          <Checkbox
            label="Follow"
            checked={follow && !previous}
            disabled={previous}
            onChange={(event) => setFollow(event.currentTarget.checked)}
          />
          <Checkbox
            label="Run before the last restart"
            checked={previous}
            onChange={(event) => setPrevious(event.currentTarget.checked)}
          />
        </div>
      </div>
      {unread && store.asleep ? (
        <EmptyState icon={<IconMoon />} title="The store sleeps">
          Nothing of it runs, so nothing is logged. The lines come once it is woken.
        </EmptyState>
      ) : unread ? (
        <ErrorState
          error={log.error}
          title="The log could not be read"
          onRetry={() => setAttempt((before) => before + 1)}
        />
      ) : lines.length === 0 ? (
        <EmptyState
          icon={<IconFileText />}
          title={log.state === "loading" ? "Reading the log" : filter ? "No line fits" : "The log is empty"}
        >
          {filter ? "Change the filter above." : "Lines show up here as the container writes them."}
        </EmptyState>
      ) : (
        <Lines lines={lines} following={log.state === "following" && !paused} />
      )}
      <p className={classes.status}>
        <span role="status">
          {describe(log.state, paused)}
          {log.source ? ` · ${log.source}` : ""}
        </span>{" "}
        · {lines.length.toLocaleString()} lines
        {log.state === "failed" || (log.state === "ended" && follow && !previous) ? (
          <Button variant="subtle" size="compact-xs" onClick={() => setAttempt((before) => before + 1)}>
            Read again
          </Button>
        ) : null}
      </p>
    </Panel>
  );
}

function describe(state: "loading" | "following" | "ended" | "failed", paused: boolean): string {
  if (state === "following") return paused ? "Paused" : "Following";
  return state === "loading" ? "Reading" : state === "ended" ? "The end" : "Interrupted";
}

/** Draws only the lines in view; sticks to the end while one looks at the end. */
function Lines({ lines, following }: { lines: readonly LogLine[]; following: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 30,
    getItemKey: (index) => lines[index]?.number ?? index,
  });
  const last = lines.at(-1)?.number;
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line is a reason
  useEffect(() => {
    if (atEnd) virtualizer.scrollToIndex(lines.length - 1, { align: "end" });
  }, [last, atEnd, virtualizer, lines.length]);
  return (
    <div className={classes.frame}>
      <section
        ref={scroller}
        className={classes.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label="Log"
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          setAtEnd(scrollHeight - scrollTop - clientHeight < 40);
        }}
      >
        <div className={classes.space} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return line ? (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className={classes.line}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <span className={classes.at} title={line.at}>
                  {line.at ? formatClock(line.at) : ""}
                </span>
                <span>{line.text}</span>
              </div>
            ) : null;
          })}
        </div>
      </section>
      {atEnd || !following ? null : (
        <Button
          className={classes.end}
          size="compact-sm"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={() => setAtEnd(true)}
        >
          To the newest
        </Button>
      )}
    </div>
  );
}
