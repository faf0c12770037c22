import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { renderPage } from "@/test-page";
import { Isolation } from "./isolation";

const evidence = "A connection to port 7002 of the probe pod at 10.0.0.7 arrived.";

it("says what arrived, and that no store is made where it must not", async () => {
  renderPage(<Isolation isolation={{ state: "NotEnforced", required: true, evidence }} />);
  expect(await screen.findByText("Not enforced")).toBeVisible();
  expect(screen.getByText(evidence)).toBeVisible();
  expect(screen.getByText(/^No new store is made/)).toBeVisible();
});

it("says that stores are made all the same where it is not required", async () => {
  renderPage(<Isolation isolation={{ state: "Unknown", required: false, evidence: "No probe pod runs." }} />);
  expect(await screen.findByText("Unknown")).toBeVisible();
  expect(screen.getByText(/^New stores are made all the same/)).toBeVisible();
});

it("gives no advice where all is well", async () => {
  renderPage(<Isolation isolation={{ state: "Enforced", required: true, evidence: "As policies say." }} />);
  expect(await screen.findByText("Enforced")).toBeVisible();
  expect(screen.queryByText(/stores? (is|are) made/)).toBeNull();
});
