import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import type { Me } from "@/lib/api/types";

export const admin: Me = {
  name: "ann",
  role: "admin",
  via: "session",
  scope: "full",
  teams: [],
  csrfToken: "csrf",
};

/** Shows something as a page of the dashboard, logged in; for component tests. */
export function renderPage(content: ReactNode, { me = admin, path = "/" }: { me?: Me; path?: string } = {}) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false }, mutations: { retry: false } },
  });
  client.setQueryData(["me"], me);
  const root = createRootRoute({ component: Outlet });
  const page = (pattern: string) =>
    createRoute({ getParentRoute: () => root, path: pattern, component: () => content });
  const router = createRouter({
    routeTree: root.addChildren(["/", "/new", "/stores/$name", "/teams", "/teams/$team"].map(page)),
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  const view = render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        {/* The tests' own routes, in place of the dashboard's. */}
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...view, client, router };
}

export interface Call {
  method: string;
  path: string;
  body: unknown;
  headers: Headers;
}

/** A server that answers by `METHOD /path`; what it does not know is a 404. Remembers what it was asked. */
export function fakeServer(answers: Record<string, (call: Call) => Response | Promise<Response>>) {
  const calls: Call[] = [];
  const fetch = async (input: Request | string, options?: RequestInit) => {
    const request = typeof input === "string" ? new Request(new URL(input, location.origin), options) : input;
    const url = new URL(request.url);
    const text = await request.text();
    const call = {
      method: request.method,
      path: url.pathname + url.search,
      body: text ? (JSON.parse(text) as unknown) : undefined,
      headers: request.headers,
    };
    calls.push(call);
    const answer = answers[`${call.method} ${call.path}`] ?? answers[`${call.method} ${url.pathname}`];
    return answer ? answer(call) : problem(404, "NotFound", `There is nothing at ${call.path}.`);
  };
  return { fetch, calls };
}

export function problem(
  status: number,
  code: string,
  detail: string,
  errors?: { pointer: string; detail: string }[],
) {
  const body = {
    type: "about:blank",
    title: "x",
    status,
    code,
    detail,
    remedy: "Do something.",
    requestId: "r1",
    errors,
  };
  return Response.json(body, { status, headers: { "Content-Type": "application/problem+json" } });
}
