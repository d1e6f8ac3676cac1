-- Grants that are no longer wanted, from the moment at which that is so until Dropbox says that they have ended. A blob stays sealed for
-- the table and the row that it came from.
CREATE TABLE revocations (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    sealed_for    TEXT NOT NULL,                -- that table
    operator      INTEGER NOT NULL,             -- that row; the record may be gone
    app_key       TEXT NOT NULL,
    app_secret    BLOB,
    refresh_token BLOB NOT NULL,
    owner         TEXT,                         -- the program that revokes it
    tries         INTEGER NOT NULL DEFAULT 0,
    next_at       INTEGER NOT NULL DEFAULT 0    -- not before
) STRICT;

CREATE INDEX authorizations_of_account ON authorizations (account_id);
