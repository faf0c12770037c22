import { UnstyledButton } from "@mantine/core";
import { phaseTone } from "@/components/stores/phase-status";
import { phases } from "@/domain/stores/phases";
import type { Phase } from "@/lib/api/types";
import classes from "./fleet-bar.module.css";

interface FleetBarProps {
  counts: ReadonlyMap<Phase, number>;
  selected: Phase | undefined;
  onSelect: (phase: Phase | undefined) => void;
}

/** The whole fleet in one line: how many stores are in which phase; a click filters. */
export function FleetBar({ counts, selected, onSelect }: FleetBarProps) {
  const present = phases.filter((phase) => counts.has(phase));
  return (
    <div className={classes.fleet}>
      <div className={classes.bar} aria-hidden>
        {present.map((phase) => (
          <span
            key={phase}
            className={classes.part}
            data-tone={phaseTone(phase)}
            style={{ flexGrow: counts.get(phase) }}
          />
        ))}
      </div>
      <fieldset className={classes.legend}>
        <legend className="visually-hidden">Filter by phase</legend>
        {present.map((phase) => (
          <UnstyledButton
            key={phase}
            className={classes.entry}
            aria-pressed={selected === phase}
            onClick={() => onSelect(selected === phase ? undefined : phase)}
          >
            <span className={classes.dot} data-tone={phaseTone(phase)} aria-hidden />
            <b>{counts.get(phase)?.toLocaleString()}</b> {phase}
          </UnstyledButton>
        ))}
      </fieldset>
    </div>
  );
}
