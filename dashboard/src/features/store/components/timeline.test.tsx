import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { aStore } from "@/domain/stores/test-data";
import { Timeline } from "./timeline";

it("tells the time of a later change, not the time since the store was created", () => {
  const done = (name: "hosts" | "release", day: number, seconds: number) => ({
    name,
    state: "Done" as const,
    startedAt: `2026-11-${day}T11:15:00.000Z`,
    finishedAt: `2026-11-${day}T11:15:0${seconds}.000Z`,
  });
  render(<Timeline store={aStore("demo", { steps: [done("hosts", 10, 1), done("release", 24, 4)] })} />);
  expect(screen.getByRole("status")).toHaveTextContent(/^1 of 2 steps again 4\.0 s$/);
  const [hosts, release] = screen.getAllByRole("listitem");
  expect(hosts).not.toHaveTextContent(/ s$/);
  expect(release).toHaveTextContent(/4\.0 s$/);
});
