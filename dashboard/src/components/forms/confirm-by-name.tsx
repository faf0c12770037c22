import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";

interface ConfirmByNameProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What must be typed. */
  name: string;
  /** What will happen. */
  children: ReactNode;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
}

/** For what cannot be undone: the name has to be typed. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const { opened, onClose, title, name, children, action, busy = false, onConfirm } = props;
  const [typed, setTyped] = useState("");
  useEffect(() => {
    if (opened) setTyped("");
  }, [opened]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === name && !busy) onConfirm();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit}>
        {children}
        <TextInput
          mt="md"
          label={`Type ${name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={typed !== name} loading={busy}>
            {action}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
