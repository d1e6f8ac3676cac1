-- Administrator Options besides Interface to Dropbox; the defaults are those of settings.rs.
ALTER TABLE settings ADD COLUMN report_output_root TEXT;                                  -- an absolute folder, or nothing
ALTER TABLE settings ADD COLUMN redirect_host TEXT NOT NULL DEFAULT '127.0.0.1';          -- or 'localhost'
ALTER TABLE settings ADD COLUMN redirect_ports TEXT NOT NULL DEFAULT '17653 27653 37653'; -- in order of preference
ALTER TABLE settings ADD COLUMN connect_timeout_seconds INTEGER NOT NULL DEFAULT 20;
ALTER TABLE settings ADD COLUMN idle_timeout_seconds INTEGER NOT NULL DEFAULT 120;
ALTER TABLE settings ADD COLUMN history_retention_days INTEGER NOT NULL DEFAULT 365;
