-- Accounts at venues, with their keys. Every secret is sealed under a key of its user, which is wrapped by the desk's master key.
CREATE TABLE data_keys (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    key_id TEXT NOT NULL,
    wrapped TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Beside the row in `accounts`, which has the label and the money.
CREATE TABLE broker_accounts (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    venue TEXT NOT NULL,
    environment TEXT NOT NULL CHECK (environment IN ('practice', 'live')),
    -- The venue's name of the account.
    venue_account TEXT NOT NULL,
    -- The end of the key's id, to tell keys apart.
    key_hint TEXT NOT NULL,
    -- Empty once the account is removed.
    key_id_sealed TEXT NOT NULL,
    secret_sealed TEXT NOT NULL,
    -- What the venue told when it was asked last, as JSON: permissions and holdings.
    told TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    verified_at BIGINT NOT NULL,
    removed_at BIGINT,
    CHECK (removed_at IS NULL OR (key_id_sealed = '' AND secret_sealed = '')),
    UNIQUE (user_id, venue, environment, venue_account)
);

-- A user has one paper account and any number of others.
DROP INDEX accounts_by_user;
CREATE INDEX accounts_by_user ON accounts (user_id);
CREATE UNIQUE INDEX paper_accounts_by_user ON accounts (user_id) WHERE account_type = 'paper';
