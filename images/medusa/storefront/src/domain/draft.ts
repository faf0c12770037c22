import { type DetailName, type Details, emptyDetails } from "./details";

const draftKey = "checkout";

/** Keeps what was typed through reloads and lost connections, for as long as the tab is open. */
export class Draft {
  constructor(private readonly storage: Storage) {}

  read(): Partial<Details> {
    let stored: unknown;
    try {
      stored = JSON.parse(this.storage.getItem(draftKey) ?? "{}");
    } catch {
      return {};
    }
    const typed: Partial<Details> = {};
    for (const name of Object.keys(emptyDetails) as DetailName[]) {
      const value = (stored as Record<string, unknown> | null)?.[name];
      if (typeof value === "string") typed[name] = value;
    }
    return typed;
  }

  write(details: Details): void {
    this.storage.setItem(draftKey, JSON.stringify(details));
  }

  forget(): void {
    this.storage.removeItem(draftKey);
  }
}
