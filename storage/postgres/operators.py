"""What operators ask of the store."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.chats import FIRST_SUPERGROUP, Kind
from bot.errors import SitrepError
from bot.outbox import ChatId
from bot.ports import Census, Standing
from storage.postgres.database import Connection, Database
from storage.postgres.moving import copy_into_file

KINDS = """
SELECT CASE WHEN id > 0 THEN %s WHEN id > %s THEN %s ELSE %s END AS kind, count(*) FROM chats GROUP BY kind
"""
COUNTS = """
SELECT count(*) FILTER (WHERE is_subscribed), count(*) FILTER (WHERE shut_out IS NOT NULL),
    count(*) FILTER (WHERE is_banned) FROM chats
"""
STANDBY = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
SIZE = "SELECT pg_database_size(current_database())"
STANDINGS = """
SELECT id, is_subscribed, shut_out IS NOT NULL, is_banned FROM chats ORDER BY id DESC OFFSET %s LIMIT %s
"""


class Operators:
    """`bot.ports.OperatorStore`, as far as the outbox does not answer it."""

    _database: Database
    _size: int

    @property
    def size(self) -> int:
        """Bytes of the database, as the last census found it."""
        return self._size

    async def backup(self, to: Path) -> None:
        """Writes a file of the embedded store, of one moment, while work goes on."""
        await asyncio.to_thread(copy_into_file, self._database.address, to)

    async def trouble(self) -> str | None:
        """Why the database takes no change."""

        async def look(connection: Connection) -> str | None:
            (is_standby,) = await (await connection.execute(STANDBY)).fetchone() or (True,)
            return "the server takes no changes: it is a standby" if is_standby else None

        try:
            return await self._database.step(look)
        except SitrepError as error:
            return str(error)

    async def census(self) -> Census:
        """How many chats there are."""

        async def look(connection: Connection) -> Census:
            values = (Kind.PRIVATE, FIRST_SUPERGROUP, Kind.GROUP, Kind.SUPERGROUP)
            kinds = await (await connection.execute(KINDS, values)).fetchall()
            subscribed, shut_out, banned = await (await connection.execute(COUNTS)).fetchone() or (0, 0, 0)
            size = await (await connection.execute(SIZE)).fetchone()
            self._size = self._size if size is None else size[0]
            return Census(
                kinds={Kind(kind): count for kind, count in kinds},
                subscribed=subscribed,
                shut_out=shut_out,
                banned=banned,
            )

        return await self._database.step(look)

    async def standings(self, first: int, most: int) -> tuple[Standing, ...]:
        """Some of the chats."""

        async def look(connection: Connection) -> tuple[Standing, ...]:
            found = await connection.execute(STANDINGS, (first, most))
            return tuple(
                Standing(chat=ChatId(chat), is_subscribed=subscribed, is_shut_out=shut, is_banned=banned)
                for chat, subscribed, shut, banned in await found.fetchall()
            )

        return await self._database.step(look)
