-- A delivery goes from state to state: queued, uploading, delivered, needs_attention, cancelled, dismissed. Each write names the state
-- that it starts in, and after a claim also the claim's number (see deliveries/transitions.rs).
ALTER TABLE deliveries ADD COLUMN claim INTEGER NOT NULL DEFAULT 0;      -- the number of the claim that holds, or held, it last
ALTER TABLE deliveries ADD COLUMN owner TEXT;                            -- the program that uploads it (see instance.rs)
ALTER TABLE deliveries ADD COLUMN source_path BLOB;                      -- the whole path, without loss: bytes, or UTF-16 on Windows
ALTER TABLE deliveries ADD COLUMN source_identity TEXT;                  -- which file lay there when it was taken
ALTER TABLE deliveries ADD COLUMN digest BLOB;                           -- of what was fixed when it was taken: tells damage
ALTER TABLE deliveries ADD COLUMN superseded_by INTEGER;                 -- the delivery that was sent again in its place
ALTER TABLE deliveries ADD COLUMN change_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN changed_by TEXT;
-- `lease_until` has no meaning any more: a program that is asked lives or does not.

-- Grows with every change that other programs have to hear of; what has changed carries it.
CREATE TABLE changes (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL
) STRICT;
INSERT INTO changes (id, number) VALUES (1, 0);
ALTER TABLE activity ADD COLUMN change_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE activity ADD COLUMN changed_by TEXT;

-- What would be dear to count. Changed in the transaction that changes a delivery.
ALTER TABLE operators ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operators ADD COLUMN open_failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operators ADD COLUMN last_delivered_at INTEGER;

-- A failure is open until it is sent again or dismissed. What was delivered later under the same name was sent again.
UPDATE deliveries SET state = 'dismissed', superseded_by = later.id
  FROM (SELECT operator, file_name, origin, MAX(id) AS id FROM deliveries
         WHERE state = 'delivered' AND origin <> 'test' AND file_name IN (SELECT file_name FROM deliveries WHERE state = 'needs_attention')
         GROUP BY operator, file_name, origin) AS later
 WHERE deliveries.state = 'needs_attention' AND deliveries.operator = later.operator AND deliveries.file_name = later.file_name
   AND deliveries.origin = later.origin AND deliveries.id < later.id;
UPDATE deliveries SET state = 'dismissed', superseded_by = later.id
  FROM (SELECT operator, MAX(id) AS id FROM deliveries WHERE state = 'delivered' GROUP BY operator) AS later
 WHERE deliveries.state = 'needs_attention' AND deliveries.origin = 'test'
   AND deliveries.operator = later.operator AND deliveries.id < later.id;

UPDATE operators SET open_failures = failures.number
  FROM (SELECT operator, COUNT(*) AS number FROM deliveries WHERE state = 'needs_attention' GROUP BY operator) AS failures
 WHERE failures.operator = operators.id;
UPDATE operators SET last_delivered_at = delivered.at
  FROM (SELECT operator, MAX(finished_at) AS at FROM deliveries WHERE state = 'delivered' GROUP BY operator) AS delivered
 WHERE delivered.operator = operators.id;

CREATE INDEX deliveries_open ON deliveries (operator, id) WHERE state = 'needs_attention';
CREATE INDEX deliveries_queued ON deliveries (operator, id) WHERE state = 'queued';
CREATE INDEX deliveries_ended ON deliveries (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX deliveries_changed ON deliveries (change_number) WHERE change_number > 0;
CREATE INDEX activity_changed ON activity (change_number) WHERE change_number > 0;
CREATE INDEX operators_failing ON operators (id) WHERE open_failures > 0;
CREATE INDEX operators_removed ON operators (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX operators_of_app ON operators (app_key) WHERE app_key IS NOT NULL;
CREATE INDEX authorizations_ended ON authorizations (operator) WHERE revoked = 1;

-- When the file was read through for damage last: daily, not at each start.
ALTER TABLE upkeep ADD COLUMN checked_at INTEGER;
