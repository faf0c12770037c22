import type { ReactNode } from "react";
import classes from "./table.module.css";

interface Column {
  label: string;
  /** Not on phones: what such a column says is also said elsewhere, or is dispensable. */
  wide?: boolean;
  align?: "end";
  /** Said, but not seen: a column of buttons. */
  hidden?: boolean;
}

interface TableProps {
  /** What is listed, for those who hear it. */
  label: string;
  columns: readonly Column[];
  /** More columns than a screen has room for: it scrolls sideways instead of hiding some. */
  scrolls?: boolean;
  /**
   * Rows; a cell of a wide column has data-wide, one with a figure data-align="end", one with long words data-long; what only
   * phones show has data-narrow.
   */
  children: ReactNode;
}

export function Table({ label, columns, scrolls = false, children }: TableProps) {
  const table = (
    <table className={classes.table} data-scrolls={scrolls}>
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.label}
              scope="col"
              data-wide={column.wide ? "" : undefined}
              data-align={column.align}
            >
              {column.hidden ? <span className="visually-hidden">{column.label}</span> : column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
  if (!scrolls) return table;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className={classes.scroller} tabIndex={0} aria-label={label}>
      {table}
    </section>
  );
}
