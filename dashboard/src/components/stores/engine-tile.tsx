import classes from "./engine-tile.module.css";

/** A letter for an engine: engines can be anybody's, so there is no logo to show. */
export function EngineTile({ engine, size = "small" }: { engine: string; size?: "small" | "large" }) {
  return (
    <span className={classes.tile} data-size={size} aria-hidden>
      {engine.slice(0, 1).toUpperCase()}
    </span>
  );
}
