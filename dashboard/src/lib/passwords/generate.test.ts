import { expect, test, vi } from "vitest";
import { generatePassword } from "./generate";

test("a password has twenty letters and digits that are not mistaken for others", () => {
  const password = generatePassword();
  expect(password).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{20}$/);
  expect(generatePassword()).not.toBe(password);
});

test("bytes that would prefer some letters are thrown away", () => {
  let calls = 0;
  vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
    calls += 1;
    // 224 = 4 × 56 is the first unfair byte.
    if (array instanceof Uint8Array) array.fill(calls === 1 ? 224 : 0);
    return array;
  });
  expect(generatePassword()).toBe("a".repeat(20));
  expect(calls).toBe(2);
});
