"""What broadcasts ask of the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.outbox import BROADCAST, Broadcast, ChatId, Outgoing, Stage, State
from storage.codec import broadcast_text, read_broadcast
from storage.postgres import chat_rows
from storage.postgres.database import Connection, Database

A_STRETCH = 1000  #: messages dropped in one step
PUT = """
INSERT INTO broadcasts (number, document) VALUES (%s, %s)
ON CONFLICT (number) DO UPDATE SET document = excluded.document
"""
KEPT = "SELECT document FROM broadcasts WHERE number = %s FOR UPDATE"
RECIPIENTS = """
SELECT id FROM chats
WHERE (is_subscribed OR is_alerted) AND NOT is_closed AND NOT (is_away AND (away_until IS NULL OR %s < away_until))
ORDER BY id
"""
OPEN = "SELECT id FROM chats WHERE id = ANY(%s) AND NOT is_closed ORDER BY id FOR NO KEY UPDATE"
REACH = "SELECT state, count(*) FROM outbox WHERE key = %s AND key LIKE 'broadcast %%' GROUP BY state"
CALL_BACK = """
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox
    WHERE key = %s AND key LIKE 'broadcast %%' AND state IN ('pending', 'paused') LIMIT %s FOR UPDATE
)
"""


class Broadcasts:
    """`bot.ports.BroadcastStore`."""

    _database: Database

    async def draft(self, html: str, now: datetime) -> Broadcast:
        """A new draft in the place of all others; its number is the moment, so none comes again."""

        async def work(connection: Connection) -> Broadcast:
            await connection.execute("LOCK TABLE broadcasts IN SHARE ROW EXCLUSIVE MODE")
            kept = await _all(connection)
            drafts = [old.number for old in kept if old.stage is Stage.DRAFT]
            await connection.execute("DELETE FROM broadcasts WHERE number = ANY(%s)", (drafts,))
            number = max(int(now.timestamp() * 1000), max((old.number for old in kept), default=0) + 1)
            drafted = Broadcast(number=number, key=f"{BROADCAST}{number}", html=html)
            await connection.execute(PUT, (number, broadcast_text(drafted)))
            return drafted

        return await self._database.step(work)

    async def broadcasts(self) -> tuple[Broadcast, ...]:
        """Every broadcast that is not over."""
        return await self._database.step(_all)

    async def change_broadcast(self, number: int, change: Callable[[Broadcast], Broadcast]) -> Broadcast | None:
        """Changes one broadcast."""

        async def work(connection: Connection) -> Broadcast | None:
            row = await (await connection.execute(KEPT, (number,))).fetchone()
            after = None if row is None else change(read_broadcast(row[0]))
            if after is not None:
                await connection.execute(PUT, (after.number, broadcast_text(after)))
            return after

        return await self._database.step(work)

    async def recipients(self, now: datetime) -> tuple[ChatId, ...]:
        """The chats that a broadcast goes to."""

        async def look(connection: Connection) -> tuple[ChatId, ...]:
            found = await connection.execute(RECIPIENTS, (now,))
            return tuple(ChatId(chat) for (chat,) in await found.fetchall())

        return await self._database.step(look)

    async def spread(self, number: int, messages: Sequence[Outgoing], after: Broadcast, now: datetime) -> bool:
        """Queues messages of a broadcast in one step with the note of how far it is."""

        async def work(connection: Connection) -> bool:
            row = await (await connection.execute(KEPT, (number,))).fetchone()
            if row is None or read_broadcast(row[0]).stage is not Stage.SENDING:
                return False
            found = await connection.execute(OPEN, ([message.chat for message in messages],))
            there = {chat for (chat,) in await found.fetchall()}
            await chat_rows.queue(connection, [message for message in messages if message.chat in there], now)
            await connection.execute(PUT, (after.number, broadcast_text(after)))
            return True

        return await self._database.step(work)

    async def reach(self, key: str) -> Mapping[State, int]:
        """How far a broadcast's messages are."""

        async def look(connection: Connection) -> Mapping[State, int]:
            found = await connection.execute(REACH, (key,))
            return {State(state): count for state, count in await found.fetchall()}

        return await self._database.step(look)

    async def call_back(self, key: str) -> int:
        """Drops what waits of a broadcast, a stretch at a time."""

        async def work(connection: Connection) -> int:
            return (await connection.execute(CALL_BACK, (key, A_STRETCH))).rowcount

        count = 0
        while dropped := await self._database.step(work):
            count += dropped
        return count

    async def end_broadcast(self, number: int) -> None:
        """Deletes a broadcast."""

        async def work(connection: Connection) -> None:
            await connection.execute("DELETE FROM broadcasts WHERE number = %s", (number,))

        await self._database.step(work)


async def _all(connection: Connection) -> tuple[Broadcast, ...]:
    found = await connection.execute("SELECT document FROM broadcasts ORDER BY number")
    return tuple(read_broadcast(text) for (text,) in await found.fetchall())
