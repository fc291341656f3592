-- Work that any process may do for whoever asked for it; the job that asks for it is queued in the same transaction.

-- ``holder`` is the worker that asked; ``is_lasting``: what is asked for is done though it lives no more.
CREATE TABLE assignments (
    queue text NOT NULL,
    key text NOT NULL,
    request text NOT NULL,
    answer text,
    holder bigint NOT NULL,
    is_lasting boolean NOT NULL,
    is_urgent boolean NOT NULL,
    asked timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (queue, key)
);

CREATE INDEX assignments_holder ON assignments (holder);
CREATE INDEX assignments_key ON assignments (key);
CREATE INDEX assignments_open ON assignments (asked) WHERE answer IS NULL;
