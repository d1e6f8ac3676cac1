-- Which proxy calls to Dropbox go through; the defaults are those of settings.rs.
ALTER TABLE settings ADD COLUMN proxy TEXT NOT NULL DEFAULT 'system';   -- or 'none', 'manual'
ALTER TABLE settings ADD COLUMN proxy_address TEXT;
ALTER TABLE settings ADD COLUMN proxy_user TEXT;
ALTER TABLE settings ADD COLUMN proxy_password BLOB;                    -- sealed
