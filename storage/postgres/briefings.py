"""What the daily briefings ask of the store."""

from __future__ import annotations

from collections.abc import Sequence
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
DUE = """
SELECT document::text FROM chats, (
    SELECT count(*) AS planners, count(*) FILTER (WHERE id < %(worker)s) AS mine FROM workers
    WHERE id = %(worker)s OR plans AND expires > clock_timestamp()
) AS workers
WHERE next_due <= %(now)s AND NOT is_closed AND mod(mod(chats.id, planners) + planners, planners) = mine
ORDER BY next_due, chats.id LIMIT %(most)s
"""
LOCK = "SELECT FROM chats WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
BRIEF = """
UPDATE chats SET document = p.after FROM unnest(%s::bigint[], %s::jsonb[], %s::jsonb[]) AS p (id, before, after)
WHERE chats.id = p.id AND chats.document = p.before
RETURNING chats.id
"""
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

        async def look(connection: Connection) -> tuple[Chat, ...]:
            found = await connection.execute(DUE, {"worker": worker, "now": now, "most": most})
            return tuple(read_chat(text) for (text,) in await found.fetchall())

        return await self._database.step(look)

    async def brief(self, planned: Sequence[Planned], now: datetime) -> int:
        """Records what the chats become and their messages in one step."""
        if not planned:
            return 0

        return await self._database.step(lambda connection: brief(connection, planned, now))

    async def next_due(self) -> datetime | None:
        """The earliest moment at which anybody is due."""

        async def look(connection: Connection) -> datetime | None:
            query = "SELECT next_due FROM chats WHERE next_due IS NOT NULL AND NOT is_closed ORDER BY next_due LIMIT 1"
            row = await (await connection.execute(query)).fetchone()
            return None if row is None else row[0]

        return await self._database.step(look)

    async def zone_rules(self) -> str | None:
        """The version noted last."""

        async def look(connection: Connection) -> str | None:
            query = "SELECT value FROM notes WHERE name = %s"
            row = await (await connection.execute(query, (ZONE_RULES,))).fetchone()
            return None if row is None else row[0]

        return await self._database.step(look)

    async def record_zone_rules(self, version: str) -> None:
        """Notes a version."""

        async def work(connection: Connection) -> None:
            await connection.execute(NOTE, (ZONE_RULES, version))

        await self._database.step(work)


async def brief(connection: Connection, planned: Sequence[Planned], now: datetime) -> int:
    """Changes the chats that are as they were, queues their messages, and counts those chats."""
    ids = [one.before.id for one in planned]
    before, after = [chat_text(one.before) for one in planned], [chat_text(one.after) for one in planned]
    await connection.execute(LOCK, (ids,))
    done = {chat for (chat,) in await (await connection.execute(BRIEF, (ids, before, after))).fetchall()}
    await chat_rows.queue(connection, [m for one in planned if one.before.id in done for m in one.messages], now)
    return len(done)
