-- Users, teams, tokens, sessions and the audit log. Tokens and sessions are kept as SHA-256 digests in hex.
CREATE TABLE users (
  id            text PRIMARY KEY,
  name          text NOT NULL UNIQUE CHECK (name = lower(name)),
  email         text NOT NULL DEFAULT '',
  role          text NOT NULL CHECK (role IN ('user', 'admin')),
  password_hash text NOT NULL DEFAULT '',
  disabled      boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE teams (
  name          text PRIMARY KEY,
  display_name  text NOT NULL DEFAULT '',
  max_stores    bigint CHECK (max_stores >= 0),
  max_storage   bigint CHECK (max_storage >= 0),
  plans         text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL DEFAULT now()
);
-- Stores that were made before there were teams belong to this one.
INSERT INTO teams (name, display_name) VALUES ('default', 'Default');

CREATE TABLE memberships (
  team    text NOT NULL REFERENCES teams (name) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role    text NOT NULL CHECK (role IN ('viewer', 'member', 'owner')),
  PRIMARY KEY (team, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE tokens (
  id           text PRIMARY KEY,
  user_id      text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name         text NOT NULL,
  digest       text NOT NULL UNIQUE,
  scope        text NOT NULL CHECK (scope IN ('read', 'write', 'full')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz,
  last_used_at timestamptz
);
CREATE INDEX tokens_by_user ON tokens (user_id);

CREATE TABLE sessions (
  digest     text PRIMARY KEY,
  user_id    text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE failed_logins (
  key text NOT NULL,
  at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX failed_logins_by_key ON failed_logins (key, at);

CREATE TABLE audit (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  actor      text NOT NULL,
  via        text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  team       text NOT NULL DEFAULT '',
  succeeded  boolean NOT NULL,
  request_id text NOT NULL,
  address    text NOT NULL,
  details    jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_team ON audit (team, id);
