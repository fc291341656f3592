"""What those who run the bot may ask of it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.ports import BackupStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Operators:
    """The desk for operators; ``users`` are their numbers on Telegram."""

    users: frozenset[int]
    store: BackupStore

    @asynccontextmanager
    async def backup(self) -> AsyncIterator[Path]:
        """A consistent copy of the store, there while the block runs.

        Raises:
            OSError: there is no room for it.
        """
        folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="sitrep-")
        try:
            copy = Path(folder.name) / "backup.db"
            await self.store.backup(copy)
            yield copy
        finally:
            await asyncio.to_thread(folder.cleanup)
