import type { components } from "./schema";

type Schemas = components["schemas"];

export type Store = Schemas["Store"];
export type Phase = Schemas["Phase"];
export type Step = Schemas["Step"];
export type Failure = Schemas["Failure"];
export type StoreEvent = Schemas["Event"];
export type Engine = Schemas["Engine"];
export type Me = Schemas["Me"];
export type TeamRole = Me["teams"][number]["role"];
export type CreateStore = Schemas["CreateStore"];
export type UpdateStore = Schemas["UpdateStore"];
export type Receipt = Schemas["Receipt"];
export type Usage = Schemas["Usage"];
export type Credentials = Schemas["Credentials"];
export type CheckReport = Schemas["CheckReport"];
export type Team = Schemas["Team"];
export type TeamQuota = Schemas["TeamQuota"];
export type Member = Schemas["Member"];
export type User = Schemas["User"];
export type Token = Schemas["Token"];
export type TokenScope = Token["scope"];
export type AuditEntry = Schemas["AuditEntry"];
export type Health = Schemas["Health"];
export type Problem = Schemas["Problem"];
export type StreamResync = Schemas["StreamResync"];
export type StreamStoreDeleted = Schemas["StreamStoreDeleted"];
