import { Observable } from "../lib/observable";
import { isOurs } from "./routes";

/** Where the visitor is. Ordinary links work: those to pages of this storefront load no document. */
export class Navigation {
  readonly place: Observable<URL>;
  private readonly scrolled = new Map<string, number>();
  private entry: string;
  private entries = 0;

  constructor(private readonly browser: Window) {
    this.place = new Observable(new URL(browser.location.href));
    this.entry = this.entryKey();
    browser.history.scrollRestoration = "manual";
    browser.addEventListener("popstate", () => {
      this.keepScroll();
      this.arrive();
    });
    browser.document.addEventListener("click", (event) => this.follow(event));
  }

  go(path: string): void {
    this.keepScroll();
    this.entries += 1;
    this.browser.history.pushState({ key: `${Date.now()}-${this.entries}` }, "", path);
    this.arrive();
  }

  /** Like go, without a way back to where the visitor is now. */
  replace(path: string): void {
    this.browser.history.replaceState({ key: this.entry }, "", path);
    this.scrolled.delete(this.entry);
    this.arrive();
  }

  private follow(event: MouseEvent): void {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!plain || event.defaultPrevented || !(link instanceof HTMLAnchorElement)) return;
    if (link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (!isOurs(url, this.browser.location.origin) || url.hash) return;
    event.preventDefault();
    this.go(url.pathname + url.search);
  }

  private arrive(): void {
    this.entry = this.entryKey();
    const scroll = this.scrolled.get(this.entry) ?? 0;
    this.place.value = new URL(this.browser.location.href);
    // After the new page is laid out.
    this.browser.requestAnimationFrame(() => {
      this.browser.requestAnimationFrame(() => this.browser.scrollTo(0, scroll));
    });
  }

  private keepScroll(): void {
    this.scrolled.set(this.entry, this.browser.scrollY);
  }

  private entryKey(): string {
    return (this.browser.history.state as { key?: string } | null)?.key ?? "first";
  }
}
