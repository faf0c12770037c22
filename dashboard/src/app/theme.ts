import { createTheme, defaultVariantColorsResolver, type MantineColorsTuple } from "@mantine/core";

// The values are in styles/tokens.css: this only tells Mantine that the name exists.
const accent: MantineColorsTuple = [
  "var(--accent-soft)",
  "var(--accent-soft)",
  "var(--accent-soft-hover)",
  "var(--accent-soft-hover)",
  "var(--accent)",
  "var(--accent)",
  "var(--accent)",
  "var(--accent-hover)",
  "var(--accent-hover)",
  "var(--accent-hover)",
];

const overlay = { color: "var(--shade)", backgroundOpacity: 1, fixed: true };

export const theme = createTheme({
  primaryColor: "accent",
  colors: { accent },
  respectReducedMotion: true,
  cursorType: "pointer",
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    // The accent is light in the dark scheme: white on it could not be read.
    const onAccent = input.variant === "filled" && (input.color ?? "accent") === "accent";
    return onAccent ? { ...colors, color: "var(--accent-ink)" } : colors;
  },
  // Plain objects: Component.extend() would put every component named here into the first load.
  components: {
    // Locking the scroll writes a style element, which the Content-Security-Policy forbids; base.css does it.
    Modal: { defaultProps: { lockScroll: false, overlayProps: overlay, centered: true } },
    Drawer: { defaultProps: { lockScroll: false, overlayProps: overlay } },
    Checkbox: { defaultProps: { iconColor: "var(--accent-ink)" } },
    Menu: { defaultProps: { shadow: "md", position: "bottom-end", withinPortal: true } },
    Tooltip: { defaultProps: { openDelay: 300, withinPortal: true } },
    Loader: { defaultProps: { type: "dots" } },
  },
});
