import {
  IconAlertTriangle,
  IconArchive,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconLoader,
  IconMoon,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Status, type Tone } from "@/components/status";
import type { Phase } from "@/lib/api/types";

const looks: Record<Phase, { tone: Tone; icon: ReactNode }> = {
  Pending: { tone: "idle", icon: <IconClock /> },
  Provisioning: { tone: "busy", icon: <IconLoader /> },
  Ready: { tone: "positive", icon: <IconCircleCheck /> },
  Degraded: { tone: "caution", icon: <IconAlertTriangle /> },
  Sleeping: { tone: "idle", icon: <IconMoon /> },
  Updating: { tone: "busy", icon: <IconRefresh /> },
  Retained: { tone: "caution", icon: <IconArchive /> },
  Deleting: { tone: "idle", icon: <IconTrash /> },
  Failed: { tone: "negative", icon: <IconCircleX /> },
};

export function phaseTone(phase: Phase): Tone {
  return looks[phase].tone;
}

export function PhaseStatus({ phase }: { phase: Phase }) {
  const { tone, icon } = looks[phase];
  return (
    <Status tone={tone} icon={icon}>
      {phase}
    </Status>
  );
}
