import { Button, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useReturnFocus } from "@/lib/focus/return-focus";
import { CopyButton } from "../copy-button";
import classes from "./secret-modal.module.css";

interface SecretModalProps {
  title: string;
  secret: string;
  /** What is copied: "password". */
  what: string;
  onClose: () => void;
  children: ReactNode;
}

/** A secret that nobody can look at again: it goes by a button only, not by a click beside it. */
export function SecretModal({ title, secret, what, onClose, children }: SecretModalProps) {
  useReturnFocus();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="md">
        <div className={classes.secret}>
          <code>{secret}</code>
          <CopyButton value={secret} what={what} />
        </div>
        <div className={classes.text}>{children}</div>
        <Group justify="flex-end">
          <Button onClick={onClose}>I have stored it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
