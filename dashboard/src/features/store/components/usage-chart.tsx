import "uplot/dist/uPlot.min.css";
import { useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import { formatClock } from "@/lib/time/format";
import { tokenColor } from "@/lib/tokens/token-color";
import type { Sample } from "../usage-history";
import classes from "./usage-chart.module.css";

interface UsageChartProps {
  title: string;
  history: readonly Sample[];
  value: "cpuCores" | "memoryBytes";
  /** What the plan allows. */
  limit: number | undefined;
  format: (value: number) => string;
  /** Distances between the lines of the grid, where 1, 2, 5, 10 will not do. */
  increments?: number[];
}

const HEIGHT = 180;

function lastMinute(plot: UPlot): [number, number] {
  const times = plot.data[0];
  const last = times.at(-1) ?? Date.now() / 1000;
  return [Math.min(times[0] ?? last, last - 60), last];
}

/** One measured value over the time that the page has been open. */
export function UsageChart({ title, history, value, limit, format, increments }: UsageChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const { colorScheme } = useMantineColorScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another colour scheme has other colours
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const style = getComputedStyle(document.documentElement);
    const color = (token: string) => tokenColor(element, token);
    const ink = color("--ink-faint");
    const line = color("--line");
    const accent = color("--accent");
    const soft = color("--accent-soft");
    const font = `11px ${style.getPropertyValue("--font")}`;
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, font };
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 } },
        scales: {
          // At least a minute, so that the first samples do not fill the whole width.
          x: { range: lastMinute },
          y: { range: (_plot, _min, max) => [0, Math.max(max * 1.2, 1e-3)] },
        },
        axes: [
          {
            ...axis,
            space: 90,
            values: (_plot, splits) => splits.map((at) => formatClock(new Date(at * 1000).toISOString())),
          },
          {
            ...axis,
            size: 72,
            ...(increments ? { incrs: increments } : {}),
            values: (_plot, splits) => splits.map(format),
          },
        ],
        series: [{}, { stroke: accent, fill: soft, width: 2, points: { show: false } }],
      },
      [[], []],
      element,
    );
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = undefined;
    };
  }, [colorScheme, format]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that was made again needs its data again
  useEffect(() => {
    plot.current?.setData([history.map((sample) => sample.at), history.map((sample) => sample[value])]);
  }, [history, value, colorScheme, format]);

  const newest = history.at(-1)?.[value];
  return (
    <figure className={classes.chart}>
      <figcaption>
        <span>{title}</span>
        <span>
          <b>{newest === undefined ? "–" : format(newest)}</b>
          {limit === undefined ? "" : ` of ${format(limit)}`}
        </span>
      </figcaption>
      <div ref={frame} className={classes.frame} />
    </figure>
  );
}
