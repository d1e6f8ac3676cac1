-- A removed record is kept for a while, so that it can be restored. Its operator_key gives the id free for another record.
ALTER TABLE operators ADD COLUMN removed_at INTEGER;

-- Who did what, when. Rows are only ever added; they outlive the operator that they are about.
CREATE TABLE activity (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    action      TEXT NOT NULL,
    operator_id TEXT,
    detail      TEXT
) STRICT;
CREATE INDEX activity_of_operator ON activity (operator_id, id DESC);
