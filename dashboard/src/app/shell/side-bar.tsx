import { IconKeyboard, IconPlus, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { Logo } from "@/components/logo";
import { useMe } from "@/domain/session/me";
import { mayCreateStores } from "@/domain/session/permissions";
import type { NavigationEntry } from "../navigation";
import { AccountButton } from "./account-button";
import classes from "./side-bar.module.css";

const loadMenu = () => import("./account-menu");
const AccountMenu = lazy(() => loadMenu().then((module) => ({ default: module.AccountMenu })));

interface SideBarProps {
  entries: readonly NavigationEntry[];
  inDrawer?: boolean;
  onSearch: () => void;
  onShortcuts: () => void;
}

export function SideBar({ entries, inDrawer = false, onSearch, onShortcuts }: SideBarProps) {
  const me = useMe();
  const platform = entries.filter((entry) => entry.group === "platform");
  return (
    <div className={classes.bar} data-in-drawer={inDrawer}>
      {inDrawer ? null : (
        <Link to="/" className={classes.logo} aria-label="Storefleet, stores">
          <Logo />
        </Link>
      )}
      {mayCreateStores(me) ? (
        <Link to="/new" className={classes.create}>
          <IconPlus size={16} aria-hidden />
          New store
        </Link>
      ) : null}
      <button type="button" className={classes.search} onClick={onSearch}>
        <IconSearch size={16} aria-hidden />
        <span>Search</span>
        <kbd>Ctrl K</kbd>
      </button>
      <nav aria-label="Main" className={classes.nav}>
        <Entries entries={entries.filter((entry) => entry.group === "stores")} />
        {platform.length > 0 ? (
          <>
            <p className={classes.group}>Platform</p>
            <Entries entries={platform} />
          </>
        ) : null}
      </nav>
      <div className={classes.foot}>
        <button type="button" className={classes.shortcuts} onClick={onShortcuts}>
          <IconKeyboard size={16} aria-hidden />
          <span>Shortcuts</span>
          <kbd>?</kbd>
        </button>
        <Account />
      </div>
    </div>
  );
}

function Account() {
  const [wanted, setWanted] = useState(false);
  const button = <AccountButton onClick={() => setWanted(true)} onPointerEnter={() => void loadMenu()} />;
  return wanted ? (
    <Suspense fallback={button}>
      <AccountMenu />
    </Suspense>
  ) : (
    button
  );
}

function Entries({ entries }: { entries: readonly NavigationEntry[] }) {
  return (
    <ul>
      {entries.map(({ to, label, icon: Icon }) => (
        <li key={to}>
          <Link to={to} className={classes.entry} activeOptions={{ exact: to === "/", includeSearch: false }}>
            <Icon size={18} stroke={1.6} aria-hidden />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
