-- Times are milliseconds since 1970 in UTC. A blob is sealed (see vault.rs); nothing secret is stored in the clear.

CREATE TABLE settings (
    id                   INTEGER PRIMARY KEY CHECK (id = 1),
    interface_to_dropbox INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO settings (id) VALUES (1);

-- Which master key the sealed blobs belong to: its name in the keychain, and a sealed constant that tells the right key from a wrong one.
CREATE TABLE vault (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    key_name  TEXT NOT NULL,
    key_check BLOB
) STRICT;

CREATE TABLE operators (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    operator_id  TEXT NOT NULL,
    operator_key TEXT NOT NULL UNIQUE,          -- operator_id in the form in which two are compared
    name         TEXT NOT NULL,
    email        TEXT,
    active       INTEGER NOT NULL DEFAULT 1,
    destination  TEXT NOT NULL,
    app_key      TEXT,                          -- as typed last in Controls
    app_secret   BLOB,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

-- What is in force, with the app under which it was given: typing another app key in Controls does not disturb it.
CREATE TABLE authorizations (
    operator      INTEGER PRIMARY KEY REFERENCES operators (id) ON DELETE CASCADE,
    app_key       TEXT NOT NULL,
    app_secret    BLOB,
    refresh_token BLOB NOT NULL,
    account_id    TEXT NOT NULL,
    display_name  TEXT NOT NULL,
    email         TEXT NOT NULL,
    scopes        TEXT NOT NULL,
    authorized_at INTEGER NOT NULL,
    revoked       INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What Generate Key began: at most one for an operator.
CREATE TABLE authorization_requests (
    operator           INTEGER PRIMARY KEY REFERENCES operators (id) ON DELETE CASCADE,
    state              TEXT NOT NULL UNIQUE,
    place              TEXT NOT NULL,
    redirect_uri       TEXT,
    url                TEXT NOT NULL,
    app_key            TEXT NOT NULL,
    app_secret         BLOB,
    code_verifier      BLOB NOT NULL,
    authorization_code BLOB,                    -- here from its arrival to its exchange, so that a restart between the two loses nothing
    refresh_token      BLOB,                    -- granted, not yet in force
    account_id         TEXT,
    display_name       TEXT,
    email              TEXT,
    scopes             TEXT NOT NULL DEFAULT '',
    phase              TEXT NOT NULL,
    problem            TEXT,
    created_at         INTEGER NOT NULL,
    expires_at         INTEGER NOT NULL
) STRICT;

CREATE TABLE deliveries (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    operator     INTEGER NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    origin       TEXT NOT NULL,
    source       TEXT NOT NULL,
    file_name    TEXT NOT NULL,
    size_bytes   INTEGER NOT NULL,
    bytes_sent   INTEGER NOT NULL DEFAULT 0,
    destination  TEXT NOT NULL,
    state        TEXT NOT NULL,
    dropbox_path TEXT,
    content_hash TEXT,
    rev          TEXT,
    problem      TEXT,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER
) STRICT;
CREATE INDEX deliveries_of_operator ON deliveries (operator, id DESC);
