import { Button, NativeSelect, Skeleton } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { EmptyState } from "@/components/page/empty-state";
import { ErrorState } from "@/components/page/error-state";
import { Panel } from "@/components/page/panel";
import { Table } from "@/components/table/table";
import { useEngines } from "@/domain/engines/engines";
import { provisioningQuery } from "../api/platform";
import { type PlatformSearch, spans } from "../platform-search";
import { daysOf, enginesOf, groupsOf, stepGroups } from "../provisioning";
import classes from "./provisioning.module.css";
import { dayLabel, ProvisioningChart, secondsText } from "./provisioning-chart";

interface ProvisioningProps {
  search: PlatformSearch;
  onChange: (change: PlatformSearch) => void;
}

const labels = new Map<string, string>(stepGroups.map(({ key, label }) => [key, label]));

/** How long stores took from their creation until they sold, over time. */
export function Provisioning({ search, onChange }: ProvisioningProps) {
  const span = search.days ?? "30";
  const provisioning = useQuery(provisioningQuery(Number(span)));
  const { data: known } = useEngines();
  const [pointed, setPointed] = useState<number>();
  const [asTable, setAsTable] = useState(false);
  const items = provisioning.data;
  const engines = useMemo(() => enginesOf(items ?? []), [items]);
  const engine = engines.find((one) => one === search.engine) ?? engines[0] ?? "";
  const days = useMemo(() => daysOf(items ?? [], engine), [items, engine]);
  const groups = useMemo(() => groupsOf(days), [days]);
  const shown = days[pointed ?? -1] ?? days.findLast((day) => day.count > 0);
  const nameOf = (one: string) =>
    known?.find(({ name }) => name === one)?.displayName ?? (one === "" ? "Unknown engine" : one);

  return (
    <Panel
      title="Time to Ready"
      aside={
        <div className={classes.tools}>
          {engines.length > 1 ? (
            <NativeSelect
              size="xs"
              aria-label="Engine"
              value={engine}
              onChange={(event) => onChange({ engine: event.currentTarget.value })}
              data={engines.map((one) => ({ value: one, label: nameOf(one) }))}
            />
          ) : null}
          <NativeSelect
            size="xs"
            aria-label="Time span"
            value={span}
            onChange={(event) => onChange({ days: spans.find((one) => one === event.currentTarget.value) })}
            data={spans.map((one) => ({ value: one, label: `${one} days` }))}
          />
        </div>
      }
    >
      {items === undefined ? (
        provisioning.error ? (
          <ErrorState
            error={provisioning.error}
            title="The times could not be loaded"
            onRetry={() => void provisioning.refetch()}
          />
        ) : (
          <div role="status" aria-label="Loading the times">
            <Skeleton height={260} />
          </div>
        )
      ) : shown === undefined ? (
        <EmptyState icon={<IconChartBar />} title="No times yet">
          {items === null
            ? "This server does not tell them."
            : `No store became ready for the first time in the last ${span} days.`}
        </EmptyState>
      ) : (
        <figure className={classes.figure}>
          <figcaption className={classes.caption}>
            <span>
              <b>{dayLabel(shown.day)}</b> · {shown.count.toLocaleString()}{" "}
              {shown.count === 1 ? "store" : "stores"} of {nameOf(engine)}
            </span>
            <span className={classes.whole}>
              <span className={classes.line} aria-hidden /> half within <b>{secondsText(shown.p50)}</b>
            </span>
            <span className={classes.whole}>
              <span className={classes.line} data-dashed aria-hidden /> 95 % within{" "}
              <b>{secondsText(shown.p95)}</b>
            </span>
          </figcaption>
          <ProvisioningChart days={days} groups={groups} onPoint={setPointed} />
          <ul className={classes.legend}>
            {groups.map((group) => (
              <li key={group}>
                <span className={classes.swatch} data-group={group} aria-hidden />
                {labels.get(group)} <b>{secondsText(shown.groups.get(group))}</b>
              </li>
            ))}
          </ul>
          <p className={classes.note}>
            Bars are the medians of the steps, from the bottom in their order. Steps run side by side, so a
            bar may be higher than the whole took. Days are UTC.
          </p>
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? "Hide the table" : "Show as a table"}
          </Button>
          {asTable ? (
            <div className={classes.table}>
              <Table
                scrolls
                label={`Time to Ready of ${nameOf(engine)} by day`}
                columns={[
                  { label: "Day" },
                  { label: "Stores", align: "end" },
                  { label: "Half within", align: "end" },
                  { label: "95 % within", align: "end" },
                  ...groups.map((group) => ({ label: labels.get(group) ?? group, align: "end" as const })),
                ]}
              >
                {days.toReversed().map((day) =>
                  day.count === 0 ? null : (
                    <tr key={day.day}>
                      <td>{day.day}</td>
                      <td data-align="end">{day.count.toLocaleString()}</td>
                      <td data-align="end">{secondsText(day.p50)}</td>
                      <td data-align="end">{secondsText(day.p95)}</td>
                      {groups.map((group) => (
                        <td key={group} data-align="end">
                          {secondsText(day.groups.get(group))}
                        </td>
                      ))}
                    </tr>
                  ),
                )}
              </Table>
            </div>
          ) : null}
        </figure>
      )}
    </Panel>
  );
}
