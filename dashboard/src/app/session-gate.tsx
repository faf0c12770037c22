import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { ErrorState } from "@/components/page/error-state";
import { meQuery } from "@/domain/session/me";
import { LoginScreen } from "@/features/login/components/login-screen";
import { isApiError, mayPass } from "@/lib/api/api-error";
import { session, useSessionEnded } from "@/lib/session/session";
import classes from "./session-gate.module.css";
import { restartStream } from "./stream/stream";

/**
 * Shows its children to who is logged in. A session that ends later leaves them where they are, below the login,
 * so that nothing typed is lost.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useQuery({
    ...meQuery,
    // A server that was away when the page was opened is asked until it is back.
    refetchInterval: ({ state }) => (state.data === undefined && mayPass(state.error) ? 5_000 : false),
  });
  const ended = useSessionEnded();
  useLoginAbove(ended);
  const name = me.data?.name;

  const loggedIn = (newName: string, csrfToken: string | undefined) => {
    session.begin(csrfToken);
    restartStream();
    // What another person may see is not for this one.
    if (name !== undefined && name !== newName) client.removeQueries();
    void client.invalidateQueries();
  };

  if (!me.data) {
    if (ended || isApiError(me.error, 401)) return <LoginScreen expired={false} onLoggedIn={loggedIn} />;
    if (me.error) {
      return (
        <main>
          <ErrorState error={me.error} title="The dashboard cannot start" onRetry={() => void me.refetch()} />
        </main>
      );
    }
    return <output className={classes.start}>Loading…</output>;
  }
  return (
    <>
      <div key={me.data.name} inert={ended}>
        {children}
      </div>
      {ended ? (
        <div className={classes.over} role="dialog" aria-modal="true" aria-label="Log in again">
          <LoginScreen expired onLoggedIn={loggedIn} />
        </div>
      ) : null}
    </>
  );
}

/** While the login is above the page, neither keys nor Tab reach what is open below: dialogs are outside of the page. */
function useLoginAbove(above: boolean) {
  const now = useRef(above);
  now.current = above;
  // Before any dialog listens.
  useLayoutEffect(() => {
    const keep = (event: KeyboardEvent) => {
      if (now.current) event.stopImmediatePropagation();
    };
    window.addEventListener("keydown", keep, true);
    return () => window.removeEventListener("keydown", keep, true);
  }, []);
  useEffect(() => {
    for (const portal of document.querySelectorAll("body > [data-portal]"))
      portal.toggleAttribute("inert", above);
  }, [above]);
}
