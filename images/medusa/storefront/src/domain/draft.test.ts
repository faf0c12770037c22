import { expect, test } from "vitest";
import { memoryStorage } from "../lib/storage";
import { emptyDetails } from "./details";
import { Draft } from "./draft";

test("what was typed comes back, until it is ordered", () => {
  const draft = new Draft(memoryStorage());
  draft.write({ ...emptyDetails, city: `"Bonn" <b>` });
  expect(draft.read().city).toBe(`"Bonn" <b>`);
  draft.forget();
  expect(draft.read()).toEqual({});
});

test.each(["{", "null", "[]", '{"city":5,"other":"x"}', '"text"'])(
  "damaged storage %s is ignored",
  (stored) => {
    const storage = memoryStorage();
    storage.setItem("checkout", stored);
    expect(new Draft(storage).read()).toEqual({});
  },
);
