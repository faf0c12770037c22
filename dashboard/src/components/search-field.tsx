import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useShortcut } from "@/lib/shortcuts/shortcuts";

interface SearchFieldProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A search whose words are in the address, which follows the typing at a distance. "/" goes there. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value ?? "");
  const field = useRef<HTMLInputElement>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  useShortcut("/", label, () => field.current?.focus());
  useEffect(() => setTyped(value ?? ""), [value]);
  useEffect(() => {
    if ((value ?? "") === typed) return;
    const timer = setTimeout(() => latest.current(typed || undefined), 250);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <TextInput
      ref={field}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed ? <CloseButton size="sm" aria-label="Clear the search" onClick={() => setTyped("")} /> : null
      }
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
