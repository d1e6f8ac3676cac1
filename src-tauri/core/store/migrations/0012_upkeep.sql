-- What is deleted after a while is deleted by a clock, and clocks go wrong. believed_at: when it was looked last, by a clock that agreed
-- with the times before. doubtful_at: when it was looked first by one that was far ahead of that. See retention.rs.
CREATE TABLE upkeep (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    believed_at INTEGER,
    doubtful_at INTEGER,
    good_since  INTEGER                         -- the first start after the last migration; the copy from before it is kept a week longer
) STRICT;
INSERT INTO upkeep (id) VALUES (1);
