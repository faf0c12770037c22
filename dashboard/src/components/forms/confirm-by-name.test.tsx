import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { renderPage } from "@/test-page";
import { ConfirmByName } from "./confirm-by-name";

it("acts only once the whole name is typed, also with the keyboard", async () => {
  const onConfirm = vi.fn();
  renderPage(
    <ConfirmByName
      opened
      onClose={() => undefined}
      title="Delete demo?"
      name="demo"
      action="Delete"
      onConfirm={onConfirm}
    >
      Everything goes.
    </ConfirmByName>,
  );
  const field = await screen.findByLabelText("Type demo to confirm");
  expect(screen.getByText("Everything goes.")).toBeVisible();
  await userEvent.type(field, "dem{Enter}");
  expect(screen.getByRole("button", { name: "Delete" })).toBeDisabled();
  expect(onConfirm).not.toHaveBeenCalled();
  await userEvent.type(field, "o{Enter}");
  expect(onConfirm).toHaveBeenCalledTimes(1);
});
