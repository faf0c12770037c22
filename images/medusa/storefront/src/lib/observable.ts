import { useEffect, useState } from "preact/hooks";

/** A value that components can follow. */
export class Observable<T> {
  private readonly listeners = new Set<(value: T) => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set value(next: T) {
    if (Object.is(next, this.current)) return;
    this.current = next;
    for (const listener of [...this.listeners]) listener(next);
  }

  /** Returns the function that ends it. */
  subscribe(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export function useObservable<T>(observable: Observable<T>): T {
  const [, render] = useState(observable.value);
  useEffect(() => {
    // The value may have changed between rendering and this effect.
    render(() => observable.value);
    return observable.subscribe((value) => render(() => value));
  }, [observable]);
  return observable.value;
}
