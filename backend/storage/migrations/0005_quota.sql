-- Places in the quota of a team: reserved for a store that is about to be created, or held by one that exists.
CREATE TABLE quota_places (
  id            text PRIMARY KEY,
  store_name    text NOT NULL,
  store_uid     text UNIQUE,
  team          text NOT NULL,
  plan          text NOT NULL,
  storage_bytes bigint NOT NULL,
  expires_at    timestamptz,
  taken_at      timestamptz NOT NULL DEFAULT now(),
  CHECK ((store_uid IS NULL) = (expires_at IS NOT NULL))
);
CREATE INDEX quota_places_by_team ON quota_places (team);
