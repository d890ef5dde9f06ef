-- Bars that live feeds told, kept so that a chart needs no provider. Of the simulated market nothing is kept: it is computed.
CREATE TABLE bars (
    symbol TEXT NOT NULL,
    timeframe TEXT NOT NULL,
    t BIGINT NOT NULL,
    o TEXT NOT NULL,
    h TEXT NOT NULL,
    l TEXT NOT NULL,
    c TEXT NOT NULL,
    v BIGINT NOT NULL CHECK (v >= 0),
    source TEXT NOT NULL,
    PRIMARY KEY (symbol, timeframe, t)
);

-- What was fetched without a gap: bars that start at `from_t` or later and before `to_t`.
CREATE TABLE bar_spans (
    symbol TEXT NOT NULL,
    timeframe TEXT NOT NULL,
    source TEXT NOT NULL,
    from_t BIGINT NOT NULL,
    to_t BIGINT NOT NULL CHECK (to_t >= from_t),
    PRIMARY KEY (symbol, timeframe)
);
