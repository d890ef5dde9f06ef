-- Watchlists, alerts with their firings, and the addresses that are told of them.
CREATE TABLE watchlists (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX watchlists_by_user ON watchlists (user_id, id);

CREATE TABLE watchlist_items (
    watchlist_id TEXT NOT NULL REFERENCES watchlists (id) ON DELETE CASCADE,
    symbol TEXT NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    PRIMARY KEY (watchlist_id, symbol)
);

CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    symbol TEXT NOT NULL,
    condition TEXT NOT NULL,
    target_price TEXT,
    percent TEXT,
    window_minutes BIGINT,
    multiple TEXT,
    repeats TEXT NOT NULL,
    expires_at BIGINT,
    note TEXT NOT NULL,
    status TEXT NOT NULL,
    -- Where the last price stood to the target: below, at or above; empty when it was not seen.
    stood TEXT NOT NULL,
    -- The condition was false since the last firing.
    is_ready BOOLEAN NOT NULL,
    fired_count BIGINT NOT NULL CHECK (fired_count >= 0),
    last_fired_at BIGINT,
    -- Grows with each change by its owner.
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX alerts_by_user ON alerts (user_id, id);
CREATE INDEX armed_alerts ON alerts (updated_at) WHERE status = 'armed';
CREATE INDEX alerts_by_change ON alerts (updated_at);

-- What was told, once: an alert's firings are numbered. It says all there is to say, because alerts are changed and deleted.
CREATE TABLE alert_firings (
    id TEXT PRIMARY KEY,
    alert_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    firing_no BIGINT NOT NULL CHECK (firing_no > 0),
    symbol TEXT NOT NULL,
    condition TEXT NOT NULL,
    target_price TEXT,
    percent TEXT,
    window_minutes BIGINT,
    multiple TEXT,
    note TEXT NOT NULL,
    price TEXT NOT NULL,
    quote_time BIGINT NOT NULL,
    fired_at BIGINT NOT NULL,
    UNIQUE (alert_id, firing_no)
);

CREATE INDEX alert_firings_by_user ON alert_firings (user_id, id);
CREATE INDEX alert_firings_by_time ON alert_firings (fired_at);

CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX webhooks_by_user ON webhooks (user_id, id);
