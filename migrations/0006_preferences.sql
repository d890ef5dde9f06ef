-- What a trader's browser asked to remember, as it wrote it.
CREATE TABLE preferences (
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL CHECK (LENGTH(value) <= 8192),
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, name)
);
