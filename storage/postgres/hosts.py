"""Whose turn it is to ask a host of the web, by the server's clock; a turn ends with the process that has it."""

from __future__ import annotations

from datetime import timedelta

from bot.ports import HostTurn
from storage.postgres.database import Connection, Database
from storage.postgres.workers import Worker

KEPT = timedelta(days=2)  #: after which nothing of a host is worth knowing; no host is left alone for so long
LIVES = "EXISTS (SELECT FROM workers WHERE id = h.holder AND expires > clock_timestamp())"
IS_TAKEN = f"(h.holder IS NOT NULL AND h.until > clock_timestamp() AND {LIVES})"
TAKE = f"""
INSERT INTO hosts AS h (name, token, holder, until)
VALUES (%(name)s, 1, %(holder)s, clock_timestamp() + %(span)s)
ON CONFLICT (name) DO UPDATE SET token = h.token + 1, holder = excluded.holder, until = excluded.until
WHERE h.free_at <= clock_timestamp() AND coalesce(h.rests_until <= clock_timestamp(), true) AND NOT {IS_TAKEN}
RETURNING token, failures
"""  # noqa: S608  (a constant)
WHY_NOT = f"""
SELECT greatest(h.rests_until - clock_timestamp(), interval '0'), h.failures,
    CASE WHEN NOT {IS_TAKEN} THEN greatest(h.free_at - clock_timestamp(), interval '0') END
FROM hosts AS h WHERE h.name = %s
"""  # noqa: S608  (a constant)
LEAVE = """
UPDATE hosts SET
    holder = NULL,
    free_at = clock_timestamp() + %(pause)s,
    failures = coalesce(%(failures)s, failures),
    rests_until = CASE WHEN %(failures)s::int IS NULL THEN rests_until ELSE clock_timestamp() + %(rest)s::interval END
WHERE name = %(name)s AND token = %(token)s
"""
PRUNE = "DELETE FROM hosts WHERE free_at < clock_timestamp() - %s AND until < clock_timestamp() - %s"


class Hosts:
    """`bot.ports.HostStore`: a row for each host that was asked of late."""

    _database: Database
    _worker: Worker

    async def take_host(self, host: str, span: timedelta) -> HostTurn:
        """Takes a turn when it can be had now."""
        holder = await self._worker.id()

        async def work(connection: Connection) -> HostTurn:
            taken = await connection.execute(TAKE, {"name": host, "holder": holder, "span": span})
            if (row := await taken.fetchone()) is not None:
                return HostTurn(token=row[0], failures=row[1])
            row = await (await connection.execute(WHY_NOT, (host,))).fetchone()
            rests, failures, wait = row if row is not None else (None, 0, None)
            return HostTurn(failures=failures, rests=rests or None, wait=wait)

        return await self._database.step(work)

    async def leave_host(
        self, host: str, token: int, pause: timedelta, failures: int | None, rest: timedelta | None
    ) -> None:
        """Ends a turn."""
        values = {"name": host, "token": token, "pause": pause, "failures": failures, "rest": rest}

        async def work(connection: Connection) -> None:
            await connection.execute(LEAVE, values)

        await self._database.step(work)

    async def prune_hosts(self) -> int:
        """Forgets hosts."""

        async def work(connection: Connection) -> int:
            return (await connection.execute(PRUNE, (KEPT, KEPT))).rowcount

        return await self._database.step(work)
