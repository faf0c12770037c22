import type { Failure } from "@/lib/api/types";

type FailureCode = Failure["code"];

interface Explanation {
  /** What happened, in one plain sentence. */
  what: string;
  /** The probable cause. */
  cause: string;
  /** What a person can do here about it. */
  action: FailureAction;
}

export type FailureAction =
  | "retry"
  | "change-plan"
  | "change-hosts"
  | "change-values"
  | "logs"
  | "events"
  | "quota";

// docs/failures.md says more about each.
const explanations: Record<FailureCode, Explanation> = {
  ImagePullFailed: {
    what: "The store's image cannot be loaded.",
    cause: "The image is not on the node, its name is wrong, or the registry refuses it.",
    action: "retry",
  },
  TeamQuotaExceeded: {
    what: "The team has no room for another store.",
    cause: "Its quota is used up by the stores that it has.",
    action: "quota",
  },
  NamespaceQuotaExceeded: {
    what: "The store needs more than its plan allows.",
    cause: "The plan's quota is too small for what runs in the store.",
    action: "change-plan",
  },
  UnknownTeam: {
    what: "The store's team does not exist.",
    cause: "It was deleted or misspelt.",
    action: "retry",
  },
  UnknownPlan: {
    what: "The store's plan does not exist.",
    cause: "The engine does not offer it, or no longer.",
    action: "change-plan",
  },
  Unschedulable: {
    what: "No node of the cluster has room for the store.",
    cause: "The cluster is full, or no node fits what the store needs.",
    action: "retry",
  },
  VolumeNotBound: {
    what: "The store gets no disk.",
    cause: "The storage class is missing, or its provisioner does not run.",
    action: "events",
  },
  VolumeLost: {
    what: "A volume of the store was deleted, and its data with it.",
    cause: "Somebody deleted its volume claim by hand. The platform puts no empty one in its place.",
    action: "events",
  },
  SecretsLost: {
    what: "The store's passwords are lost.",
    cause:
      "Somebody deleted or changed its Secrets and their copy by hand; the database still has the old ones.",
    action: "events",
  },
  DatabaseNotReady: {
    what: "The store's database does not start.",
    cause: "Its log has the cause: often too little memory, or a damaged volume.",
    action: "logs",
  },
  ApplicationCrashed: {
    what: "The store's application keeps crashing.",
    cause: "Its last log lines have the cause: often a wrong parameter or too little memory.",
    action: "logs",
  },
  ApplicationNotReady: {
    what: "The store's application runs, but does not answer.",
    cause: "It is still starting, waits for its database, or hangs.",
    action: "logs",
  },
  RouteNotServing: {
    what: "The store does not answer at its address.",
    cause: "The ingress controller does not run, or is not where the platform looks for it.",
    action: "retry",
  },
  CommerceCheckFailed: {
    what: "The store answers, but does not sell.",
    cause: "Products, payment or shipping are not set up as the engine expects.",
    action: "events",
  },
  ReleaseFailed: {
    what: "The store's Helm release could not be installed.",
    cause: "A value or the chart is wrong; the message names it.",
    action: "retry",
  },
  HostConflict: {
    what: "One of this store's addresses is not its to have.",
    cause: "A host name belongs to whoever claimed it first, and the platform's own to the platform.",
    action: "change-hosts",
  },
  InvalidValues: {
    what: "A parameter of the store is wrong.",
    cause: "The message names it.",
    action: "change-values",
  },
  UnknownEngine: {
    what: "This platform does not offer the store's engine.",
    cause: "It was switched off, or its image is not installed.",
    action: "events",
  },
  NamespaceTerminating: {
    what: "The store's namespace is still being deleted.",
    cause: "Something in it takes long to go.",
    action: "events",
  },
  ClusterUnreachable: {
    what: "The cluster's API server does not answer.",
    cause: "It is overloaded, restarting, or the network is down.",
    action: "retry",
  },
  DeadlineExceeded: {
    what: "A step takes longer than it may.",
    cause: "The cluster is slow or busy; the step goes on in the background.",
    action: "events",
  },
  IsolationNotEnforced: {
    what: "New stores are held back: the cluster is not seen to keep stores from each other.",
    cause: "Its network does not enforce NetworkPolicies, or the platform's probe pod does not run.",
    action: "events",
  },
};

export function explain(code: FailureCode): Explanation {
  return explanations[code];
}

/** What a code means, where this dashboard knows it. */
export function whatFailed(code: string): string | undefined {
  return (explanations as Readonly<Record<string, Explanation | undefined>>)[code]?.what;
}
