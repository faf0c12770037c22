import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { copyText } from "@/lib/clipboard/copy";

interface CopyButtonProps {
  value: string;
  /** What is copied, for its label: "address". */
  what: string;
}

export function CopyButton({ value, what }: CopyButtonProps) {
  const [result, setResult] = useState<"copied" | "refused">();
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), 1500);
    return () => clearTimeout(timer);
  }, [result]);
  const label =
    result === "copied" ? "Copied" : result === "refused" ? "The browser does not allow it" : `Copy ${what}`;
  return (
    <Tooltip label={label} opened={result ? true : undefined}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => void copyText(value).then((copied) => setResult(copied ? "copied" : "refused"))}
      >
        {result === "copied" ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
