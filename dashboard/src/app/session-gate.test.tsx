import { Modal } from "@mantine/core";
import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { session } from "@/lib/session/session";
import { admin, fakeServer, problem, renderPage } from "@/test-page";
import { SessionGate } from "./session-gate";

vi.mock("./stream/stream", () => ({ restartStream: vi.fn() }));
afterEach(() => vi.unstubAllGlobals());

it("leaves what is open below the login until somebody is logged in again", async () => {
  let answer = () => Response.json(admin);
  vi.stubGlobal("fetch", fakeServer({ "GET /api/v1/me": () => answer() }).fetch);
  const onClose = vi.fn();
  renderPage(
    <SessionGate>
      <Modal opened onClose={onClose} title="Something typed">
        <input aria-label="Typed" />
      </Modal>
    </SessionGate>,
  );
  const typed = await screen.findByLabelText("Typed");
  answer = () => problem(401, "Unauthenticated", "no");
  act(() => session.end());
  const name = await screen.findByLabelText("User name");
  await userEvent.type(name, "ann{Escape}");
  expect(name).toHaveValue("ann");
  expect(onClose).not.toHaveBeenCalled();
  expect(typed.closest("[inert]")).not.toBeNull();

  answer = () => Response.json(admin);
  window.dispatchEvent(new Event("visibilitychange"));
  await waitFor(() => expect(screen.queryByLabelText("User name")).toBeNull());
  expect(screen.getByLabelText("Typed").closest("[inert]")).toBeNull();
  await userEvent.keyboard("{Escape}");
  expect(onClose).toHaveBeenCalled();
});
