import { Modal } from "@mantine/core";
import { IconArrowRight, IconBuildingStore, IconKeyboard, IconPlus, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { PhaseStatus } from "@/components/stores/phase-status";
import { useEngines } from "@/domain/engines/engines";
import { useMe } from "@/domain/session/me";
import { mayCreateStores } from "@/domain/session/permissions";
import { useStoreList } from "@/domain/stores/store-list";
import { useReturnFocus } from "@/lib/focus/return-focus";
import { accountPages, entriesFor } from "../navigation";
import { findCommands } from "./find-commands";
import classes from "./palette.module.css";

interface Command {
  id: string;
  label: string;
  /** What is searched besides the label. */
  words: string;
  /** Of a store. */
  phase?: Parameters<typeof PhaseStatus>[0]["phase"];
  icon: ReactNode;
  run: () => void;
}

// One for thousands of commands.
const storeIcon = <IconBuildingStore size={18} aria-hidden />;

interface PaletteProps {
  onClose: () => void;
  onShortcuts: () => void;
}

export function Palette({ onClose, onShortcuts }: PaletteProps) {
  useReturnFocus();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const commands = useCommands(onShortcuts);
  const deferred = useDeferredValue(query);
  const found = useMemo(() => findCommands(commands, deferred), [commands, deferred]);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const current = Math.min(active, found.length - 1);

  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowDown: current + 1 >= found.length ? 0 : current + 1,
      ArrowUp: current <= 0 ? found.length - 1 : current - 1,
      Home: 0,
      End: found.length - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(found[current]);
    }
  };

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      size="lg"
      padding={0}
      attributes={{ content: { "aria-label": "Search stores and actions" } }}
    >
      <div className={classes.field}>
        <IconSearch size={18} aria-hidden />
        <input
          role="combobox"
          aria-label="Search stores and actions"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={found[current] ? `${listId}-${current}` : undefined}
          placeholder="Search stores and actions"
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          data-autofocus
        />
      </div>
      <div role="listbox" id={listId} aria-label="Results" className={classes.list} ref={list}>
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard
          <div
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={classes.option}
            onClick={() => run(command)}
            onPointerMove={() => setActive(index)}
          >
            {command.icon}
            <span className={classes.label}>{command.label}</span>
            {command.phase ? <PhaseStatus phase={command.phase} /> : null}
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className={classes.nothing}>Nothing has “{query}” in its name.</p> : null}
    </Modal>
  );
}

function useCommands(onShortcuts: () => void): Command[] {
  const me = useMe();
  const navigate = useNavigate();
  const { data: list } = useStoreList();
  const { data: engines } = useEngines();
  return useMemo(() => {
    const commands: Command[] = [];
    for (const { to, label } of [...entriesFor(me), ...accountPages]) {
      commands.push({
        id: `go ${to}`,
        // Not "aPI tokens".
        label: `Go to ${label.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())}`,
        words: "",
        icon: <IconArrowRight size={18} aria-hidden />,
        run: () => void navigate({ to }),
      });
    }
    if (mayCreateStores(me)) {
      for (const engine of engines ?? []) {
        commands.push({
          id: `create ${engine.name}`,
          label: `Create a ${engine.displayName} store`,
          words: "new",
          icon: <IconPlus size={18} aria-hidden />,
          run: () => void navigate({ to: "/new", search: { engine: engine.name } }),
        });
      }
    }
    commands.push({
      id: "shortcuts",
      label: "Keyboard shortcuts",
      words: "help keys",
      icon: <IconKeyboard size={18} aria-hidden />,
      run: onShortcuts,
    });
    for (const store of list?.stores ?? []) {
      commands.push({
        id: store.uid,
        label: store.name,
        words: store.title,
        icon: storeIcon,
        phase: store.phase,
        run: () => void navigate({ to: "/stores/$name", params: { name: store.name } }),
      });
    }
    return commands;
  }, [me, list, engines, navigate, onShortcuts]);
}
