-- Whose engine's store an event of the platform is about: how fast stores become ready is asked by engine.
ALTER TABLE events ADD COLUMN engine text NOT NULL DEFAULT '';
-- The first Ready of each store, by time.
CREATE INDEX events_first_ready ON events (at) WHERE reason = 'PhaseChanged' AND duration_seconds IS NOT NULL;
