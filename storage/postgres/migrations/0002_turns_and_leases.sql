-- One rate for all processes, and leases for what only one of them may do.

-- Moments are seconds since 1970 by the server's clock.
CREATE TABLE turns (
    is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
    free_at double precision NOT NULL DEFAULT 0,
    shut_until double precision NOT NULL DEFAULT 0,
    replies_until double precision NOT NULL DEFAULT 0,
    refused_chat text,
    refused_at double precision NOT NULL DEFAULT 0,
    refused_until double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

INSERT INTO turns DEFAULT VALUES;

CREATE TABLE chat_turns (
    chat text PRIMARY KEY,
    paid_until double precision NOT NULL DEFAULT 0,
    shut_until double precision NOT NULL DEFAULT 0,
    recent double precision[] NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);

-- For each chat, in order: 0 when a message may be sent to it now, which counts as sent, else the seconds to wait before
-- asking again. A reply that has to wait for the bot's own limit holds back all other messages for a moment.
CREATE FUNCTION take_turns(
    chats text[], is_reply boolean, spacing double precision, chat_spacing double precision, burst integer,
    group_most integer
) RETURNS double precision[] LANGUAGE plpgsql AS $$
DECLARE
    catch_up CONSTANT double precision := 0.03;
    reply_room CONSTANT double precision := 0.1;
    bot turns%ROWTYPE;
    account chat_turns%ROWTYPE;
    wanted text;
    at double precision;
    ready double precision;
    waits double precision[] := '{}';
BEGIN
    SELECT * INTO STRICT bot FROM turns FOR UPDATE;
    at := extract(epoch FROM clock_timestamp());
    FOREACH wanted IN ARRAY chats LOOP
        SELECT * INTO account FROM chat_turns WHERE chat_turns.chat = wanted;
        IF NOT FOUND THEN
            account := ROW(wanted, 0, 0, '{}');
        END IF;
        ready := greatest(account.shut_until, account.paid_until - CASE WHEN is_reply THEN (burst - 1) * chat_spacing ELSE 0 END);
        IF cardinality(account.recent) >= group_most THEN
            ready := greatest(ready, account.recent[cardinality(account.recent) - group_most + 1] + 60);
        END IF;
        IF ready <= at THEN
            ready := greatest(bot.shut_until, bot.free_at);
            IF is_reply AND ready > at THEN
                bot.replies_until := greatest(bot.replies_until, ready + reply_room);
            ELSIF NOT is_reply THEN
                ready := greatest(ready, bot.replies_until);
            END IF;
        END IF;
        IF ready > at THEN
            waits := waits || (ready - at);
            CONTINUE;
        END IF;
        bot.free_at := greatest(bot.free_at, at - catch_up) + spacing;
        account.paid_until := greatest(account.paid_until, at) + chat_spacing;
        IF wanted !~ '^[0-9]+$' THEN
            account.recent := (account.recent || at)[greatest(1, cardinality(account.recent) + 2 - group_most):];
        END IF;
        INSERT INTO chat_turns SELECT account.* ON CONFLICT (chat) DO UPDATE SET
            paid_until = excluded.paid_until, recent = excluded.recent;
        waits := waits || 0::double precision;
    END LOOP;
    UPDATE turns SET free_at = bot.free_at, replies_until = bot.replies_until;
    RETURN waits;
END $$;

-- Telegram answered 429: the chat waits, and after two chats within a second everybody does.
CREATE FUNCTION refuse_turns(refused text, pause double precision) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    moment CONSTANT double precision := 1.0;
    bot turns%ROWTYPE;
    at double precision;
BEGIN
    SELECT * INTO STRICT bot FROM turns FOR UPDATE;
    at := extract(epoch FROM clock_timestamp());
    INSERT INTO chat_turns (chat, shut_until) VALUES (refused, at + pause)
    ON CONFLICT (chat) DO UPDATE SET shut_until = greatest(chat_turns.shut_until, excluded.shut_until);
    IF bot.refused_chat <> refused AND at - bot.refused_at <= moment THEN
        bot.shut_until := greatest(bot.shut_until, at + pause, bot.refused_until);
    END IF;
    UPDATE turns SET shut_until = bot.shut_until, refused_chat = refused, refused_at = at, refused_until = at + pause;
END $$;

-- Who holds a lease must renew it before it expires; the token grows with each holder.
CREATE TABLE leases (
    name text PRIMARY KEY,
    token bigint NOT NULL,
    expires timestamptz NOT NULL
);
