import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useReturnFocus } from "@/lib/focus/return-focus";
import { ProblemAlert } from "./problem-alert";

interface FormModalProps {
  title: string;
  /** What the button says. */
  action: string;
  /** Nothing to send, or something is wrong. */
  disabled?: boolean;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
  /** On the left of the buttons: something else that can be done. */
  aside?: ReactNode;
}

/** A form in a dialog; it is there as long as it is open. */
export function FormModal(props: FormModalProps) {
  const { title, action, disabled = false, busy, error, onClose, onSubmit, children, aside } = props;
  useReturnFocus();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!disabled && !busy) onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <ProblemAlert error={error} title="This could not be saved" />
          {children}
          <Group justify="space-between" mt="sm">
            <div>{aside}</div>
            <Group gap="xs" ml="auto">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" disabled={disabled} loading={busy}>
                {action}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
