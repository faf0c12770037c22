import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Logo } from "@/components/logo";
import { useMe } from "@/domain/session/me";
import { mayCreateStores } from "@/domain/session/permissions";
import { useShortcut } from "@/lib/shortcuts/shortcuts";
import { entriesFor, type NavigationEntry } from "../navigation";
import { Connection } from "./connection";
import classes from "./shell.module.css";
import { SideBar } from "./side-bar";

const Palette = lazy(() => import("../palette/palette").then((module) => ({ default: module.Palette })));
const ShortcutSheet = lazy(() =>
  import("./shortcut-sheet").then((module) => ({ default: module.ShortcutSheet })),
);

/** What surrounds every page: side bar, on phones a bar with a menu, the palette and the sheet of shortcuts. */
export function Shell({ children }: { children: ReactNode }) {
  const me = useMe();
  const entries = entriesFor(me);
  const [menu, menuActions] = useDisclosure(false);
  const [palette, paletteActions] = useDisclosure(false);
  const [sheet, sheetActions] = useDisclosure(false);
  const navigate = useNavigate();
  const path = useLocation({ select: (location) => location.pathname });
  const content = useRef<HTMLElement>(null);
  const firstPath = useRef(path);

  // Also while typing: Ctrl+K means nothing in a field.
  useHotkeys([["mod+K", paletteActions.toggle]], []);
  useShortcut("?", "Show these shortcuts", sheetActions.open);

  useEffect(() => {
    menuActions.close();
    // A new page begins at its top for the keyboard, too.
    if (firstPath.current !== path) content.current?.focus({ preventScroll: true });
    firstPath.current = path;
  }, [path, menuActions.close]);

  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      {entries.map((entry) => (
        <GoTo key={entry.to} entry={entry} />
      ))}
      {mayCreateStores(me) ? <CreateShortcut onCreate={() => void navigate({ to: "/new" })} /> : null}
      <nav className={classes.bar} aria-label="Top">
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Menu" onClick={menuActions.open}>
          <IconMenu2 size={20} aria-hidden />
        </ActionIcon>
        <Link to="/" className={classes.home} aria-label="Storefleet, stores">
          <Logo />
        </Link>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Search" onClick={paletteActions.open}>
          <IconSearch size={20} aria-hidden />
        </ActionIcon>
      </nav>
      <aside className={classes.side}>
        <SideBar entries={entries} onSearch={paletteActions.open} onShortcuts={sheetActions.open} />
      </aside>
      <Drawer
        opened={menu}
        onClose={menuActions.close}
        size="17rem"
        title={<Logo />}
        closeButtonProps={{ "aria-label": "Close the menu" }}
      >
        <SideBar inDrawer entries={entries} onSearch={paletteActions.open} onShortcuts={sheetActions.open} />
      </Drawer>
      <main id="content" ref={content} tabIndex={-1} className={classes.content}>
        <Connection />
        {children}
      </main>
      <Suspense>
        {palette ? <Palette onClose={paletteActions.close} onShortcuts={sheetActions.open} /> : null}
        {sheet ? <ShortcutSheet onClose={sheetActions.close} /> : null}
      </Suspense>
    </div>
  );
}

function GoTo({ entry }: { entry: NavigationEntry }) {
  const navigate = useNavigate();
  useShortcut(`g ${entry.key}`, `Go to ${entry.label.toLowerCase()}`, () => void navigate({ to: entry.to }));
  return null;
}

function CreateShortcut({ onCreate }: { onCreate: () => void }) {
  useShortcut("c", "Create a store", onCreate);
  return null;
}
