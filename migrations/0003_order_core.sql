-- Lots, fees, limits, and a ledger of seven pots. What the versions before wrote is carried over.
ALTER TABLE accounts ADD COLUMN fees BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN rounding BIGINT NOT NULL DEFAULT 0 CHECK (rounding >= 0);
ALTER TABLE accounts ADD COLUMN shortfall BIGINT NOT NULL DEFAULT 0 CHECK (shortfall >= 0);
-- JSON; empty for none but the defaults.
ALTER TABLE accounts ADD COLUMN limits TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN is_halted BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN gate TEXT;
ALTER TABLE accounts ADD COLUMN pace_minute BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN pace_orders BIGINT NOT NULL DEFAULT 0;

CREATE TABLE executions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    order_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    qty BIGINT NOT NULL CHECK (qty > 0),
    price TEXT NOT NULL,
    gross BIGINT NOT NULL CHECK (gross >= 0),
    residue BIGINT NOT NULL CHECK (residue IN (0, 1)),
    fee BIGINT NOT NULL,
    -- The venue's name of the execution: each is booked once.
    exec_id TEXT NOT NULL,
    quote_time BIGINT,
    time BIGINT NOT NULL
);

INSERT INTO executions (id, user_id, account_id, order_id, symbol, side, qty, price, gross, residue, fee, exec_id, quote_time, time)
SELECT id, user_id, account_id, order_id, symbol, side, qty, price, value, 0, 0, id, NULL, time FROM fills;

DROP TABLE fills;
ALTER TABLE executions RENAME TO fills;
CREATE UNIQUE INDEX fills_by_exec_id ON fills (exec_id, account_id);
CREATE INDEX fills_by_account ON fills (account_id, time);
CREATE INDEX fills_by_order ON fills (order_id);

-- An execution that its venue took back.
CREATE TABLE busts (
    fill_id TEXT PRIMARY KEY REFERENCES fills (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    time BIGINT NOT NULL
);

CREATE INDEX busts_by_account ON busts (account_id);

CREATE TABLE holdings (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    symbol TEXT NOT NULL,
    qty BIGINT NOT NULL CHECK (qty >= 0),
    -- More than is held only after a late execution.
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    shortfall BIGINT NOT NULL CHECK (shortfall >= 0),
    cost_basis BIGINT NOT NULL CHECK (cost_basis >= 0),
    realized_pnl BIGINT NOT NULL,
    taken_quote BIGINT NOT NULL,
    taken_bought BIGINT NOT NULL CHECK (taken_bought >= 0),
    taken_sold BIGINT NOT NULL CHECK (taken_sold >= 0),
    last_fill_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, symbol)
);

INSERT INTO holdings (account_id, symbol, qty, reserved, shortfall, cost_basis, realized_pnl, taken_quote, taken_bought, taken_sold, last_fill_at)
SELECT p.account_id, p.symbol, p.qty, p.reserved, 0, p.cost_basis, p.realized_pnl, 0, 0, 0,
    COALESCE((SELECT MAX(f.time) FROM fills f WHERE f.account_id = p.account_id AND f.symbol = p.symbol), 0)
FROM positions p;

DROP TABLE positions;
ALTER TABLE holdings RENAME TO positions;

-- What is left of each buy; named by the fill that opened it.
CREATE TABLE lots (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    symbol TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    qty BIGINT NOT NULL CHECK (qty >= 0),
    cost BIGINT NOT NULL CHECK (cost >= 0),
    -- Ids grow with time: new rows meet on few pages.
    PRIMARY KEY (id, account_id)
);

CREATE INDEX open_lots ON lots (account_id) WHERE qty > 0;

-- One lot for what was held before there were lots.
INSERT INTO lots (id, account_id, symbol, opened_at, qty, cost)
SELECT MAX(f.id), p.account_id, p.symbol, MIN(f.time), p.qty, p.cost_basis
FROM positions p JOIN fills f ON f.account_id = p.account_id AND f.symbol = p.symbol AND f.side = 'buy'
WHERE p.qty > 0
GROUP BY p.account_id, p.symbol, p.qty, p.cost_basis;

CREATE TABLE lot_closes (
    lot_id TEXT NOT NULL,
    fill_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    symbol TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    qty BIGINT NOT NULL CHECK (qty > 0),
    cost BIGINT NOT NULL CHECK (cost >= 0),
    proceeds BIGINT NOT NULL CHECK (proceeds >= 0),
    PRIMARY KEY (account_id, fill_id, lot_id)
);

-- One close for all that was sold before there were lots.
INSERT INTO lot_closes (lot_id, fill_id, account_id, symbol, opened_at, closed_at, qty, cost, proceeds)
SELECT MAX(f.id), MAX(f.id), p.account_id, p.symbol, MIN(f.time), MAX(f.time), CAST(SUM(f.qty) AS BIGINT),
    CAST(SUM(f.gross) AS BIGINT) - p.realized_pnl, CAST(SUM(f.gross) AS BIGINT)
FROM positions p JOIN fills f ON f.account_id = p.account_id AND f.symbol = p.symbol AND f.side = 'sell'
GROUP BY p.account_id, p.symbol, p.realized_pnl;

-- Double entry: a row moves one asset between the pots of one account, and the pots sum to zero.
CREATE TABLE ledger (
    transaction_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    order_id TEXT,
    fill_id TEXT,
    reason TEXT NOT NULL,
    asset TEXT NOT NULL,
    available BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    position BIGINT NOT NULL,
    fees BIGINT NOT NULL,
    external BIGINT NOT NULL,
    rounding BIGINT NOT NULL,
    shortfall BIGINT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (account_id, transaction_id, line),
    CHECK (available + reserved + position + fees + external + rounding + shortfall = 0)
);

INSERT INTO ledger (transaction_id, line, account_id, order_id, fill_id, reason, asset, available, reserved, position, fees, external, rounding, shortfall, time)
SELECT p.transaction_id, ROW_NUMBER() OVER (PARTITION BY p.transaction_id ORDER BY p.asset) - 1, p.account_id, MIN(p.order_id),
    MIN(CASE WHEN p.reason = 'fill' THEN (SELECT MIN(f.id) FROM fills f WHERE f.order_id = p.order_id) END), MIN(p.reason), p.asset,
    CAST(SUM(CASE WHEN p.pot = 'available' THEN p.atoms ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN p.pot = 'reserved' THEN p.atoms ELSE 0 END) AS BIGINT),
    0, 0,
    CAST(SUM(CASE WHEN p.pot = 'external' THEN p.atoms ELSE 0 END) AS BIGINT),
    0, 0, MIN(p.time)
FROM postings p
GROUP BY p.transaction_id, p.account_id, p.asset;

DROP TABLE postings;
ALTER TABLE ledger RENAME TO postings;

-- Positions have a pot of their own now: at cost.
INSERT INTO postings (transaction_id, line, account_id, order_id, fill_id, reason, asset, available, reserved, position, fees, external, rounding, shortfall, time)
SELECT 'carried-over-' || account_id, 0, account_id, NULL, NULL, 'carry', 'USD', 0, 0, CAST(SUM(cost_basis) AS BIGINT), 0,
    -CAST(SUM(cost_basis) AS BIGINT), 0, 0, MAX(last_fill_at)
FROM positions GROUP BY account_id HAVING SUM(cost_basis) > 0;
