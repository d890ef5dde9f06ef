-- Amounts and quantities are whole atoms of 10^-8; prices are canonical decimal text; times are microseconds UTC.
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    account_type TEXT NOT NULL,
    label TEXT NOT NULL,
    deposits BIGINT NOT NULL CHECK (deposits >= 0),
    available BIGINT NOT NULL CHECK (available >= 0),
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    -- Grows with each change; a commit that read an older one is refused.
    version BIGINT NOT NULL,
    -- The last event of the account's user.
    event_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX accounts_by_user ON accounts (user_id, account_type);

CREATE TABLE positions (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    symbol TEXT NOT NULL,
    qty BIGINT NOT NULL CHECK (qty >= 0),
    reserved BIGINT NOT NULL CHECK (reserved >= 0 AND reserved <= qty),
    cost_basis BIGINT NOT NULL CHECK (cost_basis >= 0),
    realized_pnl BIGINT NOT NULL,
    PRIMARY KEY (account_id, symbol)
);

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    client_order_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    side TEXT NOT NULL,
    kind TEXT NOT NULL,
    limit_price TEXT,
    stop_price TEXT,
    time_in_force TEXT NOT NULL,
    qty BIGINT NOT NULL CHECK (qty > 0),
    notional BIGINT,
    filled_qty BIGINT NOT NULL CHECK (filled_qty >= 0),
    filled_value BIGINT NOT NULL CHECK (filled_value >= 0),
    hold BIGINT NOT NULL CHECK (hold >= 0),
    status TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    reject_reason TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    filled_at BIGINT,
    canceled_at BIGINT,
    expires_at BIGINT
);

CREATE UNIQUE INDEX orders_by_client_order_id ON orders (account_id, client_order_id);

CREATE INDEX orders_by_user ON orders (user_id, created_at);

CREATE INDEX open_orders ON orders (account_id) WHERE is_open;

CREATE TABLE fills (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    qty BIGINT NOT NULL CHECK (qty > 0),
    price TEXT NOT NULL,
    value BIGINT NOT NULL CHECK (value >= 0),
    time BIGINT NOT NULL
);

CREATE INDEX fills_by_account ON fills (account_id, time);

CREATE INDEX fills_by_order ON fills (order_id);

-- Double entry: the atoms of one transaction sum to zero per asset. Rows are never changed.
CREATE TABLE postings (
    transaction_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    order_id TEXT,
    reason TEXT NOT NULL,
    pot TEXT NOT NULL,
    asset TEXT NOT NULL,
    atoms BIGINT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (transaction_id, line)
);

CREATE INDEX postings_by_account ON postings (account_id, asset, pot);

-- What a user's sockets are told, in order and without gaps.
CREATE TABLE events (
    user_id TEXT NOT NULL REFERENCES users (id),
    seq BIGINT NOT NULL,
    frame TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (user_id, seq)
);
