import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconExternalLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useRef } from "react";
import { RelativeTime } from "@/components/relative-time";
import { EngineTile } from "@/components/stores/engine-tile";
import { PhaseStatus } from "@/components/stores/phase-status";
import { isMoving } from "@/domain/stores/phases";
import { stepLabel } from "@/domain/stores/step-labels";
import { currentStep } from "@/domain/stores/steps";
import type { SortKey } from "@/domain/stores/store-filters";
import type { Store } from "@/lib/api/types";
import { formatDuration } from "@/lib/time/format";
import classes from "./store-table.module.css";

const ROW_HEIGHT = 60;

interface StoreTableProps {
  stores: Store[];
  engineNames: ReadonlyMap<string, string>;
  sort: SortKey;
  desc: boolean;
  onSort: (key: SortKey) => void;
}

/** The list of stores; draws only the rows in view, so that thousands scroll smoothly. */
export function StoreTable({ stores, engineNames, sort, desc, onSort }: StoreTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: stores.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => stores[index]?.uid ?? index,
  });
  const header = (key: SortKey, label: string, className?: string) => (
    <div
      role="columnheader"
      aria-sort={sort === key ? (desc ? "descending" : "ascending") : "none"}
      className={className}
    >
      <UnstyledButton className={classes.sort} onClick={() => onSort(key)}>
        {label}
        {sort === key ? (
          desc ? (
            <IconArrowDown size={14} aria-hidden />
          ) : (
            <IconArrowUp size={14} aria-hidden />
          )
        ) : null}
      </UnstyledButton>
    </div>
  );
  return (
    <div role="table" aria-label="Stores" aria-rowcount={stores.length + 1} className={classes.table}>
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={classes.head}>
          {header("name", "Store")}
          {header("phase", "Phase")}
          <div role="columnheader" className={classes.wide}>
            Engine and plan
          </div>
          <div role="columnheader" className={classes.wide}>
            Team
          </div>
          {header("created", "Created", classes.age)}
          <div role="columnheader" className={classes.link}>
            <span className="visually-hidden">Storefront</span>
          </div>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div role="rowgroup" ref={scroller} className={classes.scroller} tabIndex={0} aria-label="Rows">
        <div className={classes.space} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const store = stores[item.index];
            return store ? (
              <StoreRow
                key={item.key}
                store={store}
                engineName={engineNames.get(store.engine) ?? store.engine}
                index={item.index}
                top={item.start}
              />
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

interface StoreRowProps {
  store: Store;
  engineName: string;
  index: number;
  top: number;
}

const StoreRow = memo(function StoreRow({ store, engineName, index, top }: StoreRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="cell" className={classes.store}>
        <EngineTile engine={engineName} />
        <div className={classes.names}>
          <Link to="/stores/$name" params={{ name: store.name }} className={classes.name}>
            {store.name}
          </Link>
          <span className={classes.title} title={store.title}>
            {store.title === store.name ? store.url : store.title}
          </span>
        </div>
      </div>
      <div role="cell" className={classes.phase}>
        <PhaseStatus phase={store.phase} />
        <span className={classes.now}>{whatNow(store)}</span>
      </div>
      <div role="cell" className={classes.wide}>
        {engineName} <span className={classes.plan}>{store.plan}</span>
      </div>
      <div role="cell" className={classes.wide}>
        <span className={classes.team} title={store.team}>
          {store.team}
        </span>
      </div>
      <div role="cell" className={classes.age}>
        <RelativeTime at={store.createdAt} />
      </div>
      <div role="cell" className={classes.link}>
        {store.url && store.phase === "Ready" ? (
          <a
            href={store.url}
            target="_blank"
            rel="noreferrer"
            className={classes.open}
            aria-label={`Open the storefront of ${store.name}`}
          >
            <IconExternalLink size={16} aria-hidden />
          </a>
        ) : null}
      </div>
    </div>
  );
});

function whatNow(store: Store): string {
  if (store.failure) return store.failure.code;
  if (isMoving(store.phase)) {
    const step = currentStep(store.steps);
    return step ? stepLabel(step.name) : "";
  }
  return store.phase !== "Ready" || store.readySeconds === undefined
    ? ""
    : `in ${formatDuration(store.readySeconds)}`;
}
