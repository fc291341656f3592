"""One rate for all processes: whose message may leave next is decided by one row, in one function of the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.ports import Pace
from storage.postgres.database import Connection, Database

# What a crash of the server forgets, the next second forgives.
TAKE = """
SELECT take_turns(%s::text[], %s, %s, %s, %s, %s), set_config('synchronous_commit', 'off', true)
"""
REFUSED = "SELECT refuse_turns(%s, %s)"
PRUNE = """
DELETE FROM chat_turns
WHERE greatest(paid_until, shut_until, recent[cardinality(recent)] + 60) < extract(epoch FROM clock_timestamp())
"""


class Rates:
    """`bot.ports.RateStore`."""

    _database: Database

    async def take_turns(self, chats: Sequence[int | str], pace: Pace, *, is_reply: bool) -> tuple[timedelta, ...]:
        """Asks for a turn for each chat, in order."""
        values = (list(map(str, chats)), is_reply, pace.spacing, pace.chat_spacing, pace.burst, pace.group)
        ((waits, _),) = await self._database.rows(TAKE, values)
        return tuple(timedelta(seconds=wait) for wait in waits)

    async def refused(self, chat: int | str, pause: timedelta) -> None:
        """Holds back the chat, or everybody."""

        async def work(connection: Connection) -> None:
            await connection.execute(REFUSED, (str(chat), pause.total_seconds()))

        await self._database.step(work)


async def drop_turns(connection: Connection) -> None:
    """Drops the accounts of chats that owe nothing."""
    await connection.execute(PRUNE)
