-- Whose turn it is to ask a host of the web, and how long it is to be left alone: one request at a time, whoever asks.

-- ``holder`` is the worker whose turn it is, until ``until`` at most; ``token`` grows with each turn.
CREATE TABLE hosts (
    name text PRIMARY KEY,
    token bigint NOT NULL,
    holder bigint,
    until timestamptz NOT NULL,
    free_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    failures integer NOT NULL DEFAULT 0,
    rests_until timestamptz
);

CREATE INDEX hosts_free_at ON hosts (free_at);
