-- What the operator imported: no provider is asked for bars that start at `from_t` or later and before `to_t`.
CREATE TABLE bar_imports (
    symbol TEXT NOT NULL,
    timeframe TEXT NOT NULL,
    from_t BIGINT NOT NULL,
    to_t BIGINT NOT NULL CHECK (to_t > from_t),
    PRIMARY KEY (symbol, timeframe, from_t)
);
