import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from "@tanstack/react-router";
import { auditSearch } from "@/features/audit/audit-search";
import { newStoreSearch } from "@/features/new-store/new-store-search";
import { platformSearch } from "@/features/platform/platform-search";
import { storeSearch } from "@/features/store/store-search";
import { homeSearch } from "@/features/store-list/home-search";
import { teamsSearch } from "@/features/teams/teams-search";
import { usersSearch } from "@/features/users/users-search";
import { nextPaint } from "./next-paint";
import { NotFoundPage } from "./not-found-page";
import { PendingPage } from "./pending-page";
import { RouteError } from "./route-error";
import { Root } from "./shell/root";

const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFoundPage,
  beforeLoad: ({ cause }) => (cause === "stay" ? nextPaint() : undefined),
});

// Every page: an address, what its query string means, and the module that is loaded for it.

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: homeSearch,
  component: lazyRouteComponent(() => import("@/features/store-list/routes/home-page"), "HomePage"),
});

// Where a provider's refusal leads (/login?error=…): the gate shows the login at any address.
const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  component: () => <Navigate to="/" replace />,
});

const newStore = createRoute({
  getParentRoute: () => root,
  path: "/new",
  validateSearch: newStoreSearch,
  component: lazyRouteComponent(() => import("@/features/new-store/routes/new-store-page"), "NewStorePage"),
});

const store = createRoute({
  getParentRoute: () => root,
  path: "/stores/$name",
  validateSearch: storeSearch,
  component: lazyRouteComponent(() => import("@/features/store/routes/store-page"), "StorePage"),
});

const teams = createRoute({
  getParentRoute: () => root,
  path: "/teams",
  validateSearch: teamsSearch,
  component: lazyRouteComponent(() => import("@/features/teams/routes/teams-page"), "TeamsPage"),
});

const team = createRoute({
  getParentRoute: () => root,
  path: "/teams/$team",
  component: lazyRouteComponent(() => import("@/features/teams/routes/team-page"), "TeamPage"),
});

const users = createRoute({
  getParentRoute: () => root,
  path: "/users",
  validateSearch: usersSearch,
  component: lazyRouteComponent(() => import("@/features/users/routes/users-page"), "UsersPage"),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("@/features/audit/routes/audit-page"), "AuditPage"),
});

const engines = createRoute({
  getParentRoute: () => root,
  path: "/engines",
  component: lazyRouteComponent(() => import("@/features/engines/routes/engines-page"), "EnginesPage"),
});

const platform = createRoute({
  getParentRoute: () => root,
  path: "/platform",
  validateSearch: platformSearch,
  component: lazyRouteComponent(() => import("@/features/platform/routes/platform-page"), "PlatformPage"),
});

const tokens = createRoute({
  getParentRoute: () => root,
  path: "/tokens",
  component: lazyRouteComponent(() => import("@/features/account/routes/tokens-page"), "TokensPage"),
});

const profile = createRoute({
  getParentRoute: () => root,
  path: "/profile",
  component: lazyRouteComponent(() => import("@/features/account/routes/profile-page"), "ProfilePage"),
});

const routeTree = root.addChildren([
  home,
  login,
  newStore,
  store,
  teams,
  team,
  users,
  audit,
  engines,
  platform,
  tokens,
  profile,
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: RouteError,
  defaultPendingComponent: PendingPage,
  defaultPendingMs: 200,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
