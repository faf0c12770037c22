import { expect, it } from "vitest";
import { ApiError } from "@/lib/api/api-error";
import { inputErrors } from "./store-values";

const wrong = (...pointers: string[]) =>
  new ApiError({
    status: 422,
    errors: pointers.map((pointer) => ({ pointer, detail: `wrong: ${pointer}` })),
  });

it("finds the input that an error belongs beside", () => {
  const error = wrong("/title", "/engineVersion", "/expiresAt", "/hosts/1", "/hosts/2", "/values/workers");
  expect(inputErrors(error, ["workers"])).toEqual({
    title: "wrong: /title",
    version: "wrong: /engineVersion",
    expires: "wrong: /expiresAt",
    hosts: "wrong: /hosts/1",
    "raw.workers": "wrong: /values/workers",
  });
});

it("leaves out what has no input", () =>
  expect(inputErrors(wrong("/values/unknown", "/other", ""), ["workers"])).toEqual({}));
