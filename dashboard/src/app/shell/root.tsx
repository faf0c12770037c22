import { Outlet } from "@tanstack/react-router";
import { SessionGate } from "../session-gate";
import { Shell } from "./shell";

export function Root() {
  return (
    <SessionGate>
      <Shell>
        <Outlet />
      </Shell>
    </SessionGate>
  );
}
