"""Which of Telegram's updates were taken, by whichever process."""

from __future__ import annotations

from datetime import timedelta

from storage.postgres.database import Connection, Database

KEPT = timedelta(days=2)  #: Telegram repeats an update for a day (Bot API)
TAKE = "INSERT INTO updates (bot, id) VALUES (%s, %s) ON CONFLICT (bot, id) DO NOTHING RETURNING id"
PRUNE = "DELETE FROM updates WHERE taken < clock_timestamp() - %s"


class Updates:
    """`bot.ports.UpdateStore`."""

    _database: Database

    async def take_update(self, bot: int, update: int) -> bool:
        """Whether nobody took the update before."""
        return bool(await self._database.rows(TAKE, (bot, update)))

    async def prune_updates(self) -> int:
        """Forgets old ones."""

        async def work(connection: Connection) -> int:
            return (await connection.execute(PRUNE, (KEPT,))).rowcount

        return await self._database.step(work)
