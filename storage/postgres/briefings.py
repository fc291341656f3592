"""What the daily briefings ask of the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.chats import Chat
from bot.ports import Planned
from storage.codec import chat_text, read_chat
from storage.postgres import chat_rows
from storage.postgres.database import Connection, Database
from storage.postgres.workers import Worker

A_STRETCH = 1000  #: chats fetched at once
ZONE_RULES = "zone_rules"

# Processes that plan share the chats by their ids. While they do not agree on how many they are, two may plan one
# chat; `brief` then takes the first.
# The server takes CASE to hold for every second chat; of a bare comparison it believes one in two hundred, and sorts
# all that are due instead of walking down their index.
DUE = """
WITH shares AS MATERIALIZED (
    SELECT count(*) AS planners, count(*) FILTER (WHERE id < %(worker)s) AS mine FROM workers
    WHERE id = %(worker)s OR plans AND expires > clock_timestamp()
)
SELECT document::text FROM chats
WHERE next_due <= %(now)s AND NOT is_closed AND CASE (SELECT mine FROM shares)
    WHEN mod(mod(id, (SELECT planners FROM shares)) + (SELECT planners FROM shares), (SELECT planners FROM shares))
    THEN true ELSE false END
ORDER BY next_due, id LIMIT %(most)s
"""
LOCK = "SELECT FROM chats WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
# Documents come as one JSON array, in which nothing is quoted twice. The ids are named twice, or a plan may go through
# all chats to find some.
BRIEF = """
UPDATE chats SET document = p.after
FROM ROWS FROM (
    unnest(%(ids)s::bigint[]), jsonb_array_elements(%(before)s::jsonb), jsonb_array_elements(%(after)s::jsonb)
) AS p (id, before, after)
WHERE chats.id = ANY(%(ids)s) AND chats.id = p.id AND chats.document = p.before
RETURNING chats.id
"""
NEXT_DUE = "SELECT next_due FROM chats WHERE next_due IS NOT NULL AND NOT is_closed ORDER BY next_due LIMIT 1"
NOTE = "INSERT INTO notes (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class Briefings:
    """`bot.ports.BriefingStore`."""

    _database: Database
    _worker: Worker

    async def subscribed(self) -> tuple[Chat, ...]:
        """Every chat with a schedule, fetched stretch by stretch."""
        found: list[Chat] = []
        async with self._database.snapshot() as connection, connection.cursor("subscribed") as cursor:
            await cursor.execute("SELECT document::text FROM chats WHERE is_subscribed ORDER BY id")
            while rows := await cursor.fetchmany(A_STRETCH):
                found += [read_chat(text) for (text,) in rows]
        return tuple(found)

    async def due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """The chats whose time has come, of those that are this process's to plan."""
        worker = await self._worker.plans()

        found = await self._database.rows(DUE, {"worker": worker, "now": now, "most": most})
        return tuple(read_chat(text) for (text,) in found)

    async def brief(self, planned: Sequence[Planned], now: datetime) -> int:
        """Records what the chats become and their messages in one step."""
        if not planned:
            return 0

        return await self._database.step(lambda connection: brief(connection, planned, now))

    async def next_due(self) -> datetime | None:
        """The earliest moment at which anybody is due."""
        found = await self._database.rows(NEXT_DUE)
        return None if not found else found[0][0]

    async def zone_rules(self) -> str | None:
        """The version noted last."""
        found = await self._database.rows("SELECT value FROM notes WHERE name = %s", (ZONE_RULES,))
        return None if not found else found[0][0]

    async def record_zone_rules(self, version: str) -> None:
        """Notes a version."""

        async def work(connection: Connection) -> None:
            await connection.execute(NOTE, (ZONE_RULES, version))

        await self._database.step(work)


async def brief(connection: Connection, planned: Sequence[Planned], now: datetime) -> int:
    """Changes the chats that are as they were, queues their messages, and counts those chats."""
    ids = [one.before.id for one in planned]
    before, after = _array(one.before for one in planned), _array(one.after for one in planned)
    await connection.execute(LOCK, (ids,))
    found = await connection.execute(BRIEF, {"ids": ids, "before": before, "after": after})
    done = {chat for (chat,) in await found.fetchall()}
    await chat_rows.queue(connection, [m for one in planned if one.before.id in done for m in one.messages], now)
    return len(done)


def _array(chats: Iterable[Chat]) -> str:
    return f"[{','.join(map(chat_text, chats))}]"
