-- What Administrator Options say about the window; the defaults are those of settings.rs.
ALTER TABLE settings ADD COLUMN language TEXT NOT NULL DEFAULT 'system';               -- or 'en', 'de', 'es'
ALTER TABLE settings ADD COLUMN notifications INTEGER NOT NULL DEFAULT 1;
ALTER TABLE settings ADD COLUMN close_to_tray INTEGER NOT NULL DEFAULT 1;
ALTER TABLE settings ADD COLUMN close_to_tray_explained INTEGER NOT NULL DEFAULT 0;    -- whether it has been told that it goes on there
