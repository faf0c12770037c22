import { Modal, Switch } from "@mantine/core";
import { useReturnFocus } from "@/lib/focus/return-focus";
import { useShortcuts, useShortcutsOff } from "@/lib/shortcuts/shortcuts";
import classes from "./shortcut-sheet.module.css";

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const shortcuts = useShortcuts();
  const [off, setOff] = useShortcutsOff();
  const unique = [...new Map(shortcuts.map((shortcut) => [shortcut.keys, shortcut])).values()];
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ "aria-label": "Close" }}>
      <dl className={classes.list}>
        <Row keys="Ctrl K" does="Search stores and actions" />
        {unique.map((shortcut) => (
          <Row key={shortcut.keys} keys={shortcut.keys} does={shortcut.does} />
        ))}
        <Row keys="Esc" does="Close what is open" />
      </dl>
      <Switch
        mt="lg"
        label="Shortcuts of single keys"
        checked={!off}
        onChange={(event) => setOff(!event.currentTarget.checked)}
      />
    </Modal>
  );
}

function Row({ keys, does }: { keys: string; does: string }) {
  return (
    <div className={classes.row}>
      <dt>{does}</dt>
      <dd>
        {keys.split(" ").map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dd>
    </div>
  );
}
