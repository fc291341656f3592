"""What only one process may do: a lease each, by the server's clock, with a token that fences off earlier holders."""

from __future__ import annotations

from datetime import timedelta

from storage.postgres.database import Connection, Database

HOLD = """
INSERT INTO leases (name, token, expires) VALUES (%(name)s, 1, clock_timestamp() + %(span)s)
ON CONFLICT (name) DO UPDATE SET
    token = CASE WHEN leases.token = %(held)s::bigint THEN leases.token ELSE leases.token + 1 END,
    expires = excluded.expires
WHERE leases.token = %(held)s::bigint OR %(held)s::bigint IS NULL AND leases.expires < clock_timestamp()
RETURNING token
"""
IS_HELD = "SELECT EXISTS (SELECT FROM leases WHERE name = %s AND token = %s AND expires >= clock_timestamp())"
GIVE_UP = "UPDATE leases SET expires = clock_timestamp() - interval '1 second' WHERE name = %s AND token = %s"


class Leases:
    """`bot.ports.LeaseStore`."""

    _database: Database

    async def hold(self, name: str, held: int | None, span: timedelta) -> int | None:
        """Takes or renews a lease."""

        async def work(connection: Connection) -> int | None:
            row = await (await connection.execute(HOLD, {"name": name, "held": held, "span": span})).fetchone()
            return None if row is None else int(row[0])

        return await self._database.step(work)

    async def is_held(self, name: str, token: int) -> bool:
        """Whether nobody else took the lease since."""

        async def look(connection: Connection) -> bool:
            row = await (await connection.execute(IS_HELD, (name, token))).fetchone()
            return row is not None and bool(row[0])

        return await self._database.step(look)

    async def give_up(self, name: str, token: int) -> None:
        """Lets another process have the lease at once."""

        async def work(connection: Connection) -> None:
            await connection.execute(GIVE_UP, (name, token))

        await self._database.step(work)
