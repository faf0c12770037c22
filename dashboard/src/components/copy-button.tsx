import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";

interface CopyButtonProps {
  value: string;
  /** What is copied, for its label: "address". */
  what: string;
}

export function CopyButton({ value, what }: CopyButtonProps) {
  const clipboard = useClipboard({ timeout: 1500 });
  const label = clipboard.copied
    ? "Copied"
    : clipboard.error
      ? "Copying is not allowed here"
      : `Copy ${what}`;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => clipboard.copy(value)}>
        {clipboard.copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
