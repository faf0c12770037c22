import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";

export const colorSchemes: { value: MantineColorScheme; label: string }[] = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
];

/** The colours that this browser's person chose, and how to choose others. */
export function useColorScheme(): [MantineColorScheme, (value: string) => void] {
  const { colorScheme, setColorScheme } = useMantineColorScheme({
    // Switching transitions off for the moment would take a style element, which the policy forbids.
    keepTransitions: true,
  });
  return [
    colorScheme,
    (value) => setColorScheme(colorSchemes.find((scheme) => scheme.value === value)?.value ?? "auto"),
  ];
}
