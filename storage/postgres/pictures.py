"""What pictures ask of the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from bot.outbox import PictureKey
from storage.postgres.database import Connection, Database

KEEP = "INSERT INTO pictures (key, png, kept) VALUES (%s, %s, %s) ON CONFLICT (key) DO NOTHING"
PNG = "SELECT png FROM pictures WHERE key = %s"
FILE = "SELECT file_id FROM picture_files JOIN pictures ON pictures.id = picture WHERE key = %s AND bot = %s"
DROP_FILE = "DELETE FROM picture_files USING pictures WHERE pictures.id = picture AND key = %s AND bot = %s"
KEEP_FILE = """
INSERT INTO picture_files (picture, bot, file_id) SELECT id, %s, %s FROM pictures WHERE key = %s
ON CONFLICT (picture, bot) DO UPDATE SET file_id = excluded.file_id
"""
PRUNE = "DELETE FROM pictures WHERE kept < %s"


class Pictures:
    """`bot.ports.PictureStore`."""

    _database: Database

    async def keep_picture(self, key: PictureKey, png: bytes, now: datetime) -> None:
        """Keeps a picture that is not there yet."""
        await self._count(KEEP, (key, png, now))

    async def picture(self, key: PictureKey) -> bytes | None:
        """The picture itself."""
        found = await self._value(PNG, (key,))
        return None if found is None else bytes(found)

    async def file_id(self, key: PictureKey, bot: int) -> str | None:
        """Under which id Telegram has the picture."""
        found = await self._value(FILE, (key, bot))
        return None if found is None else str(found)

    async def keep_file_id(self, key: PictureKey, bot: int, file_id: str | None) -> None:
        """Notes the id, or that there is none."""
        if file_id is None:
            await self._count(DROP_FILE, (key, bot))
        else:
            await self._count(KEEP_FILE, (bot, file_id, key))

    async def prune_pictures(self, before: datetime) -> int:
        """Drops old pictures."""
        return await self._count(PRUNE, (before,))

    async def _count(self, query: LiteralString, values: Sequence[object]) -> int:
        async def work(connection: Connection) -> int:
            return (await connection.execute(query, values)).rowcount

        return await self._database.step(work)

    async def _value(self, query: LiteralString, values: Sequence[object]) -> Any:  # noqa: ANN401  (a column)
        async def look(connection: Connection) -> Any:  # noqa: ANN401
            row = await (await connection.execute(query, values)).fetchone()
            return None if row is None else row[0]

        return await self._database.step(look)
