import "uplot/dist/uPlot.min.css";
import { useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import { formatDuration } from "@/lib/time/format";
import { tokenColor } from "@/lib/tokens/token-color";
import { type Day, type StepGroup, stack } from "../provisioning";
import classes from "./provisioning-chart.module.css";

interface ProvisioningChartProps {
  days: readonly Day[];
  groups: readonly StepGroup[];
  /** The day below the pointer; nothing when it leaves. */
  onPoint: (index: number | undefined) => void;
}

const HEIGHT = 260;

const dayOfMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

export function dayLabel(day: string): string {
  return dayOfMonth.format(new Date(day));
}

/** Each day a bar of the steps' medians, and the median and the slowest twentieth of the whole as lines. */
export function ProvisioningChart({ days, groups, onPoint }: ProvisioningChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const latest = useRef(onPoint);
  latest.current = onPoint;
  const { colorScheme } = useMantineColorScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another colour scheme has other colours
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const color = (token: string) => tokenColor(element, token);
    const font = `11px ${getComputedStyle(document.documentElement).getPropertyValue("--font")}`;
    const axis = { stroke: color("--ink-muted"), ticks: { show: false }, font };
    const grid = { stroke: color("--line"), width: 1 };
    const surface = color("--surface");
    const bars = UPlot.paths.bars?.({ size: [0.72, 44] });
    const edges = stack(days, groups);
    // The highest first: what is drawn later covers its lower part.
    const order = groups.map((_group, index) => groups.length - 1 - index);
    const line = (token: string, dash: number[]): UPlot.Series => ({
      stroke: color(token),
      width: 2,
      dash,
      spanGaps: true,
      points: { show: true, size: 7, fill: surface, stroke: color(token), width: 2 },
    });
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { show: false } },
        scales: {
          x: { time: false, range: () => [-0.5, Math.max(days.length - 0.5, 0.5)] },
          y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, 0.5)] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 30,
            space: 64,
            incrs: [1, 2, 5, 7, 14, 30],
            values: (_plot, splits) =>
              splits.map((split) => {
                const day = days[split];
                return day ? dayLabel(day.day) : "";
              }),
          },
          { ...axis, grid, size: 56, values: (_plot, splits) => splits.map((split) => `${split} s`) },
        ],
        series: [
          {},
          ...order.map((index): UPlot.Series => {
            const fill = color(`--step-${groups[index]}`);
            return {
              fill,
              stroke: surface,
              width: 1,
              points: { show: false },
              ...(bars ? { paths: bars } : {}),
            };
          }),
          line("--ink", []),
          line("--ink-muted", [4, 4]),
        ],
        hooks: {
          setCursor: [
            (plot) => {
              const index = plot.cursor.idx ?? undefined;
              latest.current(index === undefined || (plot.cursor.left ?? -1) < 0 ? undefined : index);
            },
          ],
        },
      },
      [
        days.map((_day, index) => index),
        ...order.map((index) => edges[index] ?? []),
        days.map((day) => day.p50 ?? null),
        days.map((day) => day.p95 ?? null),
      ],
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [days, groups, colorScheme]);

  return <div ref={frame} className={classes.frame} aria-hidden />;
}

/** "–" where there is nothing to say. */
export function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? "–" : formatDuration(seconds);
}
