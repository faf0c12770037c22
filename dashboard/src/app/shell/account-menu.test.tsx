import { Notifications } from "@mantine/notifications";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { fakeServer, problem, renderPage } from "@/test-page";
import { AccountMenu } from "./account-menu";

afterEach(() => vi.unstubAllGlobals());

it("says where logging out did not work", async () => {
  const { fetch } = fakeServer({
    "POST /api/v1/auth/logout": () => problem(503, "DatabaseUnreachable", "The database does not answer."),
  });
  vi.stubGlobal("fetch", fetch);
  renderPage(
    <>
      <Notifications />
      <AccountMenu />
    </>,
  );
  await userEvent.click(await screen.findByRole("menuitem", { name: "Log out" }));
  expect(await screen.findByText("You are still logged in")).toBeVisible();
  expect(screen.getByText("The database does not answer. Do something.")).toBeVisible();
});
