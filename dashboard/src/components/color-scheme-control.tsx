import { SegmentedControl } from "@mantine/core";
import { colorSchemes, useColorScheme } from "@/lib/color-scheme";

export function ColorSchemeControl() {
  const [scheme, setScheme] = useColorScheme();
  return (
    <SegmentedControl
      fullWidth
      data={colorSchemes}
      value={scheme}
      onChange={setScheme}
      aria-label="Appearance"
    />
  );
}
