import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import { renderPage } from "@/test-page";
import { Attention } from "./attention";

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

it("says which stores delete themselves soon", async () => {
  const stores = [aStore("soon", { expiresAt: inDays(2) })];
  renderPage(<Attention stores={stores} onShowAll={() => undefined} />, { path: "/" });
  expect(await screen.findByText(/deletes itself, with everything in it/)).toBeVisible();
  expect(screen.queryByText("A part of the store is not ready.")).toBeNull();
});
