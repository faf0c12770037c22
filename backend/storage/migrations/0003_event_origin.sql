-- What a copied event comes from ("<UID of the Kubernetes Event>/<count>"): a controller that starts again lists
-- Events that its predecessor wrote already, and each may be in the log once.
ALTER TABLE events ADD COLUMN origin text;
CREATE UNIQUE INDEX events_by_origin ON events (origin) WHERE origin IS NOT NULL;
-- For the retention.
CREATE INDEX receipts_by_age ON receipts (finished_at);
