-- A team's name may be given again, its id never: what was done for one team must not become the next one's.
ALTER TABLE teams ADD COLUMN id text NOT NULL UNIQUE DEFAULT gen_random_uuid()::text;

ALTER TABLE events ADD COLUMN team_id text NOT NULL DEFAULT '';
ALTER TABLE receipts ADD COLUMN team_id text NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN team_id text NOT NULL DEFAULT '';

-- What was before a team was made is of another one that had its name, but for the default team: it has been there
-- from the beginning, and older stores are its.
UPDATE events SET team_id = t.id FROM teams t
  WHERE t.name = events.team AND (events.at >= t.created_at - interval '1 minute' OR t.name = 'default');
UPDATE receipts SET team_id = t.id FROM teams t
  WHERE t.name = receipts.team AND (receipts.started_at >= t.created_at - interval '1 minute' OR t.name = 'default');
UPDATE audit SET team_id = t.id FROM teams t
  WHERE t.name = audit.team AND (audit.at >= t.created_at OR t.name = 'default');

CREATE INDEX audit_by_team_id ON audit (team_id, id);

-- All lines of a store are of one team, also those that are written after it is gone. Triggers, so that a release
-- before this one, while it still runs, fills the columns too.
CREATE FUNCTION team_id_of(wanted text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT id FROM teams WHERE name = wanted), '')
$$;

CREATE FUNCTION note_team_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.team_id := coalesce((SELECT team_id FROM events WHERE store_uid = NEW.store_uid AND team_id <> '' LIMIT 1),
                          team_id_of(NEW.team));
  RETURN NEW;
END $$;
CREATE FUNCTION note_team_of_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.team_id := coalesce((SELECT team_id FROM events WHERE store_uid = NEW.store_uid AND team_id <> '' LIMIT 1),
                          team_id_of(NEW.team));
  RETURN NEW;
END $$;
CREATE FUNCTION note_team_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.team_id := team_id_of(NEW.team);
  RETURN NEW;
END $$;

CREATE TRIGGER team_of_event BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION note_team_of_event();
CREATE TRIGGER team_of_receipt BEFORE INSERT ON receipts FOR EACH ROW EXECUTE FUNCTION note_team_of_receipt();
CREATE TRIGGER team_of_audit BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION note_team_of_audit();
-- An entry is begun before what it is about has a team.
CREATE TRIGGER team_of_completed_audit BEFORE UPDATE OF team ON audit FOR EACH ROW
  WHEN (OLD.team_id = '' AND NEW.team <> '') EXECUTE FUNCTION note_team_of_audit();
