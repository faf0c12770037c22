import { useEffect, useRef, useState } from "react";

/**
 * The words of a search that are in the address too: the address follows the typing at a distance, as each change of it
 * costs more than a letter may, and the typing follows the address where something else changed that.
 */
export function useTypedSearch(
  value: string | undefined,
  send: (value: string | undefined) => void,
): [string, (typed: string) => void] {
  const address = value ?? "";
  const [typed, setTyped] = useState(address);
  // What the address is, and what it was told to become since.
  const sent = useRef([address]);
  const latest = useRef(send);
  latest.current = send;
  useEffect(() => {
    const index = sent.current.lastIndexOf(address);
    sent.current = index < 0 ? [address] : sent.current.slice(index);
    if (index < 0) setTyped(address);
  }, [address]);
  useEffect(() => {
    if (typed === sent.current.at(-1)) return;
    const timer = setTimeout(() => {
      sent.current.push(typed);
      latest.current(typed || undefined);
    }, 250);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
