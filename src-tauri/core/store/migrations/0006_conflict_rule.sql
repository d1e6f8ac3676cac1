-- What happens when another content has the name already: keep-both, replace or stop.
ALTER TABLE operators ADD COLUMN conflict_rule TEXT NOT NULL DEFAULT 'keep-both';
