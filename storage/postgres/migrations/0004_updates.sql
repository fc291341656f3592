-- Which updates were taken, so that of several processes that one comes to, one answers it.

CREATE TABLE updates (
    bot bigint NOT NULL,
    id bigint NOT NULL,
    taken timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (bot, id)
);

CREATE INDEX updates_taken ON updates (taken);
