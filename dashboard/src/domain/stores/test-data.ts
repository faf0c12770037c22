import type { Store, StoreEvent } from "@/lib/api/types";

/** A ready store for tests. */
export function aStore(name: string, parts: Partial<Store> = {}): Store {
  return {
    name,
    uid: `uid-${name}`,
    generation: 1,
    observedGeneration: 1,
    engine: "woocommerce",
    engineVersion: "11.0",
    plan: "small",
    team: "default",
    title: name,
    adminEmail: "owner@example.com",
    note: "",
    hosts: [],
    sampleData: true,
    values: {},
    asleep: false,
    phase: "Ready",
    namespace: `store-${name}`,
    url: `http://${name}.example.localhost/`,
    createdAt: "2026-11-24T11:15:00.000Z",
    readySeconds: 3,
    steps: [],
    conditions: [],
    ...parts,
  };
}

export function anEvent(sequence: number, parts: Partial<StoreEvent> = {}): StoreEvent {
  return {
    sequence,
    storeUid: "uid-alpha",
    storeName: "alpha",
    team: "default",
    at: "2026-11-24T11:15:02.900Z",
    type: "Normal",
    source: "storefleet",
    reason: "PhaseChanged",
    message: "Provisioning → Ready.",
    subject: "",
    ...parts,
  };
}
