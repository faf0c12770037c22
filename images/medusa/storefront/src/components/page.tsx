import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useShop } from "../domain/shop";
import { explain } from "../lib/api/errors";

const longestDescription = 160;

/** Names the page in the title bar, for search engines and, after a change of page, for screen readers. */
export function usePageTitle(title: string | undefined, description?: string | null): void {
  const { config, announcement } = useShop();
  useEffect(() => {
    if (title === undefined) return;
    document.title = title === config.title ? title : `${title} – ${config.title}`;
    announcement.value = title;
    const text = description?.replace(/\s+/g, " ").trim() || `${title}, ${config.title}`;
    document
      .querySelector('meta[name="description"]')
      ?.setAttribute("content", [...text].slice(0, longestDescription).join(""));
  }, [title, description, config.title, announcement]);
}

/** A page with one thing to say and usually one thing to do. */
export function Notice(props: { heading: string; text: string; children?: ComponentChildren }) {
  return (
    <section class="notice">
      <h1>{props.heading}</h1>
      <p>{props.text}</p>
      {props.children}
    </section>
  );
}

/** Where to go on from a page with nothing on it. */
export function AllProducts() {
  return (
    <a class="button" href="/">
      See all products
    </a>
  );
}

export function LoadFailure({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <section class="notice" role="alert">
      <h1>This page could not be loaded</h1>
      <p>{explain(error)}</p>
      <button type="button" class="button" onClick={retry}>
        Try again
      </button>
    </section>
  );
}

export function Loading({ children }: { children: ComponentChildren }) {
  return (
    <>
      <p class="visually-hidden" role="status">
        Loading…
      </p>
      <div aria-hidden="true" class="loading">
        {children}
      </div>
    </>
  );
}

export function MissingPage() {
  usePageTitle("Page not found");
  return (
    <Notice
      heading="Page not found"
      text="There is nothing at this address. The link may be old or mistyped."
    >
      <AllProducts />
    </Notice>
  );
}
