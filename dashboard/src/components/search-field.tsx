import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useRef } from "react";
import { useTypedSearch } from "@/lib/search/typed-search";
import { useShortcut } from "@/lib/shortcuts/shortcuts";

interface SearchFieldProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A search whose words are in the address. "/" goes there. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useTypedSearch(value, onChange);
  const field = useRef<HTMLInputElement>(null);
  useShortcut("/", label, () => field.current?.focus());
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
