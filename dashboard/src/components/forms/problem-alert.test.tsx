import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ApiError } from "@/lib/api/api-error";
import { ProblemAlert } from "./problem-alert";

it("says what to do and what to quote", () => {
  const error = new ApiError({ status: 503, detail: "It is away.", remedy: "Wait.", requestId: "r1" });
  render(
    <MantineProvider env="test">
      <ProblemAlert error={error} title="x" />
    </MantineProvider>,
  );
  expect(screen.getByRole("alert")).toHaveTextContent("It is away.Wait. Request r1");
});
