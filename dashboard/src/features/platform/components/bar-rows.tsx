import type { ReactNode } from "react";
import type { Tone } from "@/components/status";
import classes from "./bar-rows.module.css";

interface BarRow {
  key: string;
  label: ReactNode;
  value: number;
  tone: Tone;
}

interface BarRowsProps {
  /** What is counted, for those who hear it. */
  caption: string;
  rows: readonly BarRow[];
}

/** How many of each: a table whose second column is drawn as bars, so that it needs no other text. */
export function BarRows({ caption, rows }: BarRowsProps) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return (
    <table className={classes.rows}>
      <caption className="visually-hidden">{caption}</caption>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">{row.label}</th>
            <td className={classes.bar} aria-hidden>
              <span data-tone={row.tone} style={{ width: `${(100 * row.value) / most}%` }} />
            </td>
            <td className={classes.value}>{row.value.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
