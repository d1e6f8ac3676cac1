-- Until when the program that delivers a file is taken to be alive. It renews this as long as it works; afterwards the delivery
-- counts as interrupted.
ALTER TABLE deliveries ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
