-- Orders of every kind, by month of creation, and the worth of accounts day by day, by year. What has no partition yet goes
-- into the default one.
ALTER TABLE orders RENAME TO orders_before;
ALTER TABLE orders_before RENAME CONSTRAINT orders_pkey TO orders_before_pkey;
DROP INDEX orders_by_client_order_id;
DROP INDEX orders_by_user;
DROP INDEX open_orders;

CREATE TABLE orders (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    client_order_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    side TEXT NOT NULL,
    kind TEXT NOT NULL,
    limit_price TEXT,
    stop_price TEXT,
    trail_amount BIGINT CHECK (trail_amount > 0),
    trail_percent TEXT,
    time_in_force TEXT NOT NULL,
    extended_hours BOOLEAN NOT NULL,
    -- Orders that belong together: the id of the first, the class of the group, the role in it.
    group_id TEXT,
    group_class TEXT,
    role TEXT,
    qty BIGINT NOT NULL CHECK (qty > 0),
    notional BIGINT,
    filled_qty BIGINT NOT NULL CHECK (filled_qty >= 0),
    filled_value BIGINT NOT NULL CHECK (filled_value >= 0),
    fees BIGINT NOT NULL,
    reserve BIGINT NOT NULL CHECK (reserve >= 0),
    hold BIGINT NOT NULL CHECK (hold >= 0),
    hold_qty BIGINT NOT NULL CHECK (hold_qty >= 0),
    status TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    reject_reason TEXT,
    triggered_at BIGINT,
    watermark TEXT,
    lot_method TEXT NOT NULL,
    -- Ids with commas between.
    chosen_lots TEXT NOT NULL,
    replaces TEXT,
    replaced_by TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    filled_at BIGINT,
    canceled_at BIGINT,
    eligible_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

CREATE TABLE orders_default PARTITION OF orders DEFAULT;

CREATE INDEX orders_by_user ON orders (user_id, created_at);
CREATE INDEX open_orders ON orders (account_id) WHERE is_open;
CREATE INDEX open_orders_by_user ON orders (user_id, created_at) WHERE is_open;
CREATE INDEX orders_by_group ON orders (group_id) WHERE group_id IS NOT NULL;

CREATE TABLE portfolio_history (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    -- The end of the day: midnight UTC after it, in microseconds.
    created_at BIGINT NOT NULL,
    equity BIGINT NOT NULL,
    cash BIGINT NOT NULL,
    deposits BIGINT NOT NULL,
    PRIMARY KEY (account_id, created_at)
) PARTITION BY RANGE (created_at);

CREATE TABLE portfolio_history_default PARTITION OF portfolio_history DEFAULT;
CREATE INDEX portfolio_history_by_user ON portfolio_history (user_id, created_at);

-- Makes the partition of `parent` that `at` (microseconds) falls into; `unit` is month or year. Says whether it is new.
CREATE FUNCTION ensure_partition(parent TEXT, unit TEXT, at BIGINT) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
    begins TIMESTAMP := date_trunc(unit, to_timestamp(at / 1000000) AT TIME ZONE 'UTC');
    ends TIMESTAMP := begins + ('1 ' || unit)::INTERVAL;
    part TEXT := parent || to_char(begins, CASE unit WHEN 'month' THEN '_YYYY_MM' ELSE '_YYYY' END);
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN FALSE;
    END IF;
    -- A partition has references too: everything is locked at once, in the order in which writers come to it.
    LOCK TABLE users, accounts, orders, portfolio_history IN SHARE ROW EXCLUSIVE MODE;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN FALSE;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)', part, parent,
        (EXTRACT(EPOCH FROM begins) * 1000000)::BIGINT, (EXTRACT(EPOCH FROM ends) * 1000000)::BIGINT);
    RETURN TRUE;
END $$;

SELECT ensure_partition('orders', 'month', created_at) FROM (SELECT DISTINCT created_at / 2592000000000 * 2592000000000 AS created_at FROM orders_before) AS months;
SELECT ensure_partition('orders', 'month', MAX(created_at)) FROM orders_before HAVING MAX(created_at) IS NOT NULL;

INSERT INTO orders (id, user_id, account_id, client_order_id, symbol, asset_type, side, kind, limit_price, stop_price, trail_amount,
    trail_percent, time_in_force, extended_hours, group_id, group_class, role, qty, notional, filled_qty, filled_value, fees, reserve, hold,
    hold_qty, status, is_open, reject_reason, triggered_at, watermark, lot_method, chosen_lots, replaces, replaced_by, created_at,
    updated_at, filled_at, canceled_at, eligible_at, expires_at)
SELECT id, user_id, account_id, client_order_id, symbol, asset_type, side, kind, limit_price, stop_price, NULL, NULL, time_in_force, FALSE,
    NULL, NULL, NULL, qty, notional, filled_qty, filled_value, 0, hold, CASE WHEN is_open THEN hold ELSE 0 END,
    CASE WHEN is_open AND side = 'sell' THEN qty - filled_qty ELSE 0 END, status, is_open, reject_reason, NULL, NULL, 'fifo', '', NULL, NULL,
    created_at, updated_at, filled_at, canceled_at, created_at, expires_at
FROM orders_before;

DROP TABLE orders_before;

-- One name, one order: the names live apart because the orders may be spread over partitions.
CREATE TABLE order_names (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    client_order_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (client_order_id, account_id)
);

INSERT INTO order_names (account_id, client_order_id, order_id) SELECT account_id, client_order_id, id FROM orders;

-- What is booked stays booked.
CREATE FUNCTION refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are never changed', TG_TABLE_NAME;
END $$;

CREATE TRIGGER postings_are_never_changed BEFORE UPDATE OR DELETE ON postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fills_are_never_changed BEFORE UPDATE OR DELETE ON fills FOR EACH ROW EXECUTE FUNCTION refuse_change();
