-- The event log. Its sequence comes from event_log.last_sequence under a row lock, not from a database
-- sequence, so that it has no gaps and numbers appear in commit order (design 2, 11.10).
CREATE TABLE event_log (
  only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  leader_epoch  bigint NOT NULL DEFAULT 0,
  last_sequence bigint NOT NULL DEFAULT 0,
  last_batch    text NOT NULL DEFAULT ''
);
INSERT INTO event_log DEFAULT VALUES;

CREATE TABLE events (
  sequence         bigint PRIMARY KEY,
  store_uid        text NOT NULL,
  store_name       text NOT NULL,
  team             text NOT NULL,
  at               timestamptz NOT NULL,
  type             text NOT NULL CHECK (type IN ('Normal', 'Warning')),
  source           text NOT NULL,
  reason           text NOT NULL,
  message          text NOT NULL,
  subject          text NOT NULL,
  duration_seconds double precision
);
CREATE INDEX events_by_name ON events (store_name, sequence);
CREATE INDEX events_by_uid ON events (store_uid, sequence);

CREATE TABLE receipts (
  store_uid   text PRIMARY KEY,
  store_name  text NOT NULL,
  team        text NOT NULL,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  removed     jsonb NOT NULL
);
CREATE INDEX receipts_by_name ON receipts (store_name, finished_at DESC);
