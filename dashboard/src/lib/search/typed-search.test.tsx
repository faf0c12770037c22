import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { useTypedSearch } from "./typed-search";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

function show(value?: string) {
  const sent: (string | undefined)[] = [];
  const { result, rerender } = renderHook(
    // A new function each time, as components have it.
    (props: { value: string | undefined }) => useTypedSearch(props.value, (next) => sent.push(next)),
    { initialProps: { value } },
  );
  return {
    sent,
    typed: () => result.current[0],
    type: (text: string) => act(() => result.current[1](text)),
    wait: (time: number) => act(() => vi.advanceTimersByTime(time)),
    addressIs: (value: string | undefined) => rerender({ value }),
  };
}

it("tells the address when the typing pauses, however often the page is drawn meanwhile", () => {
  const { sent, type, wait, addressIs } = show();
  type("a");
  type("ab");
  for (let time = 0; time < 240; time += 60) {
    wait(60);
    addressIs(undefined);
  }
  wait(10);
  expect(sent).toEqual(["ab"]);
});

it("swallows no letter that is typed while the address follows", () => {
  const { sent, typed, type, wait, addressIs } = show();
  type("a");
  wait(250);
  type("ab");
  addressIs("a");
  expect(typed()).toBe("ab");
  wait(250);
  type("abc");
  // The address may skip what it was told before.
  addressIs("ab");
  expect(typed()).toBe("abc");
  wait(250);
  expect(sent).toEqual(["a", "ab", "abc"]);
});

it("follows an address that something else changed", () => {
  const { sent, typed, type, wait, addressIs } = show("old");
  expect(typed()).toBe("old");
  addressIs("linked");
  expect(typed()).toBe("linked");
  addressIs(undefined);
  expect(typed()).toBe("");
  type("x");
  wait(250);
  addressIs("x");
  addressIs(undefined);
  expect(typed()).toBe("");
  wait(500);
  expect(sent).toEqual(["x"]);
});
