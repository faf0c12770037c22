import { expect, test } from "vitest";
import { ApiError, errorFromAnswer, explain, type Failure } from "./errors";

test.each<[number, unknown, Failure]>([
  [404, { type: "not_found", message: "Cart with id 'x' not found" }, "missing"],
  [400, { type: "not_allowed", code: "insufficient_inventory", message: "Some variant…" }, "soldOut"],
  [400, { type: "not_allowed", message: "Not enough stock available for item i at location l" }, "soldOut"],
  [400, { type: "invalid_data", message: "Cart cart_1 is already completed." }, "completed"],
  [400, { type: "invalid_data", message: "Invalid request: email" }, "refused"],
  [409, { type: "conflict", message: "…" }, "busy"],
  [429, {}, "busy"],
  [500, { type: "unknown_error", message: "An unknown error occurred." }, "broken"],
  [502, undefined, "broken"],
  [400, "not an object", "refused"],
  [400, null, "refused"],
])("status %d with %o is %s", (status, body, failure) => {
  expect(errorFromAnswer(status, body).failure).toBe(failure);
});

test("only without a sure answer may the server have acted", () => {
  const unknown = (failure: Failure) => new ApiError(failure, "").outcomeUnknown;
  expect([unknown("offline"), unknown("slow"), unknown("broken")]).toEqual([true, true, true]);
  expect([unknown("soldOut"), unknown("refused"), unknown("missing")]).toEqual([false, false, false]);
});

test("what a shopper reads never has the server's words in it", () => {
  expect(explain(new ApiError("refused", "relation cart does not exist"))).not.toContain("relation");
  expect(explain(new TypeError("x is undefined"))).not.toContain("undefined");
});
