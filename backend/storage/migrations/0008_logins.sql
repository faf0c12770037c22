-- What is old is found by its index, instead of by reading the whole table at every login.
CREATE INDEX failed_logins_by_age ON failed_logins (at);
CREATE INDEX sessions_by_age ON sessions (expires_at);
CREATE INDEX used_logins_by_age ON used_logins (expires_at);

-- Devices on which a user has logged in: guesses from elsewhere do not slow them. As digests.
CREATE TABLE devices (
  digest     text PRIMARY KEY,
  user_id    text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  used_at    timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX devices_by_user ON devices (user_id, used_at);

-- Whose access may have become less. Every replica looks here each second and asks anew for what it holds open.
CREATE TABLE access_changes (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id text NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX access_changes_by_age ON access_changes (at);

CREATE FUNCTION note_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    INSERT INTO access_changes (user_id) VALUES (OLD.id);
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO access_changes (user_id) VALUES (NEW.user_id);
  ELSE
    INSERT INTO access_changes (user_id) VALUES (OLD.user_id);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER access_of_users AFTER UPDATE ON users
  FOR EACH ROW WHEN (OLD.name <> NEW.name OR OLD.role <> NEW.role OR OLD.disabled <> NEW.disabled)
  EXECUTE FUNCTION note_access_change();
CREATE TRIGGER access_of_gone_users AFTER DELETE ON users
  FOR EACH ROW EXECUTE FUNCTION note_access_change();
CREATE TRIGGER access_by_membership AFTER INSERT OR DELETE OR UPDATE ON memberships
  FOR EACH ROW EXECUTE FUNCTION note_access_change();
CREATE TRIGGER access_by_token AFTER DELETE OR UPDATE OF scope, expires_at, user_id ON tokens
  FOR EACH ROW EXECUTE FUNCTION note_access_change();
CREATE TRIGGER access_by_session AFTER DELETE ON sessions
  FOR EACH ROW WHEN (OLD.expires_at > now()) EXECUTE FUNCTION note_access_change();
CREATE TRIGGER access_by_changed_session AFTER UPDATE ON sessions
  FOR EACH ROW EXECUTE FUNCTION note_access_change();
