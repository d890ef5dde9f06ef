-- Orders that go to a venue: where they stand there, what was sent, who may send it, and where the books differ.
ALTER TABLE orders ADD COLUMN held_by TEXT;
ALTER TABLE orders ADD COLUMN venue_order_id TEXT;
ALTER TABLE orders ADD COLUMN cancel_state TEXT;
ALTER TABLE orders ADD COLUMN is_external BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE orders ADD COLUMN sent_at BIGINT;
ALTER TABLE orders ADD COLUMN acknowledged_at BIGINT;
ALTER TABLE orders ADD COLUMN unknown_since BIGINT;

CREATE INDEX orders_by_venue_id ON orders (account_id, venue_order_id) WHERE venue_order_id IS NOT NULL;

-- Units that the venue kept of a buy as its fee.
ALTER TABLE fills ADD COLUMN fee_qty BIGINT NOT NULL DEFAULT 0;

-- What was taken out beyond what came in: gains.
ALTER TABLE accounts ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0;

-- Four characters that are part of every name this installation gives to a venue.
CREATE TABLE instance (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    tag TEXT NOT NULL
);

-- What is to be sent, byte for byte; written with the order's hold, before anything leaves.
CREATE TABLE intents (
    order_id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    client_id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    -- Not sent any more after it.
    deadline BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'sending', 'unknown', 'done')),
    -- Grows with each attempt: an older attempt can't end a newer one.
    fence BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX pending_intents ON intents (account_id) WHERE state <> 'done';

-- Each time bytes may have left. Written first.
CREATE TABLE attempts (
    order_id TEXT NOT NULL,
    fence BIGINT NOT NULL,
    owner TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    outcome TEXT,
    detail TEXT,
    ended_at BIGINT,
    PRIMARY KEY (order_id, fence)
);

-- Which host speaks to the venue for an account, and whether new orders may be placed.
CREATE TABLE venue_leases (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    owner TEXT NOT NULL,
    fence BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    is_ready BOOLEAN NOT NULL,
    note TEXT NOT NULL
);

-- Where the venue's numbers are not ours. Open until they agree or somebody has taken the venue's.
CREATE TABLE discrepancies (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    asset TEXT NOT NULL,
    ours TEXT NOT NULL,
    theirs TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    resolved_at BIGINT
);

CREATE UNIQUE INDEX open_discrepancies ON discrepancies (account_id, asset) WHERE resolved_at IS NULL;

-- Since when an account's books follow its venue, and up to when they have been compared.
CREATE TABLE venue_books (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    opened_at BIGINT,
    synced_at BIGINT NOT NULL
);
