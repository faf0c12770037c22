import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { useReturnFocus } from "./return-focus";

function Dialog({ label, onNext }: { label: string; onNext: () => void }) {
  useReturnFocus();
  return (
    <div role="dialog" aria-label={label}>
      {/* biome-ignore lint/a11y/noAutofocus: as a dialog does */}
      <button type="button" autoFocus onClick={onNext}>
        {label}
      </button>
    </div>
  );
}

function Page() {
  const [open, setOpen] = useState(0);
  return (
    <>
      <button type="button" onClick={() => setOpen(1)}>
        Open
      </button>
      {open === 1 ? <Dialog key="1" label="first" onNext={() => setOpen(2)} /> : null}
      {open === 2 ? <Dialog key="2" label="second" onNext={() => setOpen(0)} /> : null}
    </>
  );
}

it("gives the focus back after the last of two dialogs", async () => {
  render(<Page />);
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  expect(screen.getByRole("button", { name: "first" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  expect(screen.getByRole("button", { name: "second" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  expect(screen.getByRole("button", { name: "Open" })).toHaveFocus();
});
