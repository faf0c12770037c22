-- Answers to requests that carried an Idempotency-Key. status 0: still in flight; `reservation` tells whose.
CREATE TABLE idempotency_keys (
  caller      text NOT NULL,
  key         text NOT NULL,
  body_hash   text NOT NULL,
  reservation text NOT NULL,
  status      integer NOT NULL DEFAULT 0,
  body        text NOT NULL DEFAULT '',
  reserved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (reserved_at);
