import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useShop } from "../domain/shop";
import { countedItems, itemCount } from "../domain/totals";
import { useObservable } from "../lib/observable";

/** What surrounds every page. Moves the focus to the page's content whenever the page changes. */
export function Layout({ children }: { children: ComponentChildren }) {
  const { config, navigation } = useShop();
  const { pathname, search } = useObservable(navigation.place);
  const main = useRef<HTMLElement>(null);
  const arrivedAt = useRef(pathname + search);

  useEffect(() => {
    if (arrivedAt.current === pathname + search) return;
    arrivedAt.current = pathname + search;
    main.current?.focus({ preventScroll: true });
  }, [pathname, search]);

  return (
    <>
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <header class="header">
        <div class="header-content">
          <a class="store-title" href="/">
            {config.title}
          </a>
          <CartLink />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <footer class="footer">
        <p>{config.title}</p>
      </footer>
      <Announcement />
    </>
  );
}

function CartLink() {
  const { carts } = useShop();
  const state = useObservable(carts.state);
  const count = state.name === "ready" ? itemCount(state.cart?.items) : 0;
  return (
    <a class="cart-link" href="/cart">
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <path d="M5 8h14l-1.200 12H6.200z M9 10V7a3 3 0 0 1 6 0v3" />
      </svg>
      <span>Cart</span>
      <span class="cart-count" hidden={count === 0}>
        <span aria-hidden="true">{count}</span>
        <span class="visually-hidden">, {countedItems(count)}</span>
      </span>
    </a>
  );
}

/** Says what changed to those who cannot see it; a repeated sentence is said again. */
function Announcement() {
  const { announcement } = useShop();
  const text = useObservable(announcement);
  const [said, setSaid] = useState("");
  useEffect(() => {
    setSaid("");
    const timer = setTimeout(() => setSaid(text), 100);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="visually-hidden" aria-live="polite" data-announcement>
      {said}
    </div>
  );
}
