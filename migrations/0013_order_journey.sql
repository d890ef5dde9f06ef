-- What an order's timeline is told from, and orders that somebody has to look after.
ALTER TABLE intents ADD COLUMN asked_at BIGINT;
ALTER TABLE attempts ADD COLUMN left_at BIGINT;
ALTER TABLE orders ADD COLUMN needs_attention BOOLEAN NOT NULL DEFAULT FALSE;
