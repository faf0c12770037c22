import {
  Checkbox,
  createTheme,
  Drawer,
  defaultVariantColorsResolver,
  Loader,
  type MantineColorsTuple,
  Menu,
  Modal,
  Tooltip,
} from "@mantine/core";

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
  components: {
    // Locking the scroll writes a style element, which the Content-Security-Policy forbids; base.css does it.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, overlayProps: overlay, centered: true } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, overlayProps: overlay } }),
    Checkbox: Checkbox.extend({ defaultProps: { iconColor: "var(--accent-ink)" } }),
    Menu: Menu.extend({ defaultProps: { shadow: "md", position: "bottom-end", withinPortal: true } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withinPortal: true } }),
    Loader: Loader.extend({ defaultProps: { type: "dots" } }),
  },
});
