import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from "@mantine/core";

const schemes: { value: MantineColorScheme; label: string }[] = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
];

export function ColorSchemeControl({ size = "sm" }: { size?: "xs" | "sm" }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme({
    // Switching transitions off for the moment would take a style element, which the policy forbids.
    keepTransitions: true,
  });
  return (
    <SegmentedControl
      fullWidth
      size={size}
      data={schemes}
      value={colorScheme}
      onChange={(value) => setColorScheme(schemes.find((scheme) => scheme.value === value)?.value ?? "auto")}
      aria-label="Appearance"
    />
  );
}
