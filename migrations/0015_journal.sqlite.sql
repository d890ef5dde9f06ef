-- Whose journal lies beside the database, and the newest of its entries that is in the tables.
CREATE TABLE journal (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    tag BIGINT NOT NULL,
    applied BIGINT NOT NULL
);
