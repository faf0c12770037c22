import { StreamConnection } from "./connection";
import type { PageRequest, StreamNews } from "./messages";

/** As much of the newest events as a page that opens, first or later, gets for its list of recent activity. */
const KEPT = 300;

export const STREAM = `/api/v1/stream?recent=${KEPT}`;

/** One connection for all pages of a browser: what a port needs is only the way to talk to a page. */
export class SharedConnection {
  private readonly pages = new Set<(news: StreamNews) => void>();
  private readonly events: StreamNews[] = [];
  private readonly connection: StreamConnection;

  constructor(url: string) {
    this.connection = new StreamConnection(url, (news) => this.tellAll(news));
  }

  /** What a page wants; `tell` is how to answer it, always the same function for one page. */
  take(request: PageRequest, tell: (news: StreamNews) => void) {
    if (request === "bye") {
      this.pages.delete(tell);
      if (this.pages.size === 0) this.stop();
      return;
    }
    this.pages.add(tell);
    if (request === "restart") this.stop();
    else for (const event of this.events) tell(event);
    this.connection.start();
    tell({ kind: "state", state: this.connection.state });
  }

  private stop() {
    this.connection.stop();
    this.events.length = 0;
  }

  private tellAll(news: StreamNews) {
    if (news.kind === "message" && news.event === "event") {
      this.events.push(news);
      if (this.events.length > KEPT) this.events.shift();
    }
    for (const tell of this.pages) tell(news);
  }
}
