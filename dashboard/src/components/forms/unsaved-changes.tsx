import { Button, Group, Modal } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useReturnFocus } from "@/lib/focus/return-focus";

/** Asks before what was typed is lost by leaving the page or its tab, where there is something. */
export function UnsavedChanges({ there }: { there: boolean }) {
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      current.pathname !== next.pathname || JSON.stringify(current.search) !== JSON.stringify(next.search),
    disabled: !there,
    enableBeforeUnload: there,
    withResolver: true,
  });
  return leaving.status === "blocked" ? <Ask onLeave={leaving.proceed} onStay={leaving.reset} /> : null;
}

function Ask({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  useReturnFocus();
  return (
    <Modal opened onClose={onStay} title="Leave without saving?" closeButtonProps={{ "aria-label": "Close" }}>
      <p>What you changed here is not saved yet.</p>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onStay} data-autofocus>
          Stay
        </Button>
        <Button color="red" onClick={onLeave}>
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
