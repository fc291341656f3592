"""This process among all that share the database: a number that is its own for as long as it shows that it lives.

A process that was silent for ``LEASE`` loses its number, and in the same step everything it had claimed. When it
comes back it gets another number: nothing that it does under the old one counts.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.errors import StoreAwayError
from bot.outbox import MOST_DOUBTS
from storage.outbox_table import INTERRUPTED
from storage.postgres.database import WORK, Connection, Database, tell

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=9)  #: of real time, by the server's clock
BEAT = timedelta(seconds=3)
A_BATCH = 1000  #: messages returned by one statement
PLANNING = timedelta(minutes=1)  #: who has not asked who is due for so long plans no more

REGISTER = "INSERT INTO workers (expires) VALUES (clock_timestamp() + %s) RETURNING id"
RENEW = "UPDATE workers SET expires = clock_timestamp() + %s, plans = %s WHERE id = %s RETURNING id"
GONE = """
SELECT DISTINCT holder FROM outbox
WHERE holder IS NOT NULL AND NOT EXISTS (SELECT FROM workers WHERE id = holder)
"""
# Locked first, then changed by their numbers: what another took meanwhile is left alone, and no plan is quadratic.
RETURN = """
WITH found AS MATERIALIZED (
    SELECT id, state = 'sending' AS was_begun FROM outbox WHERE holder = ANY(%(gone)s)
    ORDER BY id LIMIT %(batch)s FOR NO KEY UPDATE
)
UPDATE outbox SET
    holder = NULL,
    state = CASE
        WHEN state = 'sending' AND doubts >= %(most)s THEN 'dead'
        WHEN (SELECT is_closed FROM chats WHERE id = outbox.chat) THEN 'paused'
        ELSE 'pending' END,
    settled = CASE WHEN state = 'sending' AND doubts >= %(most)s THEN coalesce(%(now)s, clock_timestamp()) END,
    reason = CASE WHEN state = 'sending' AND doubts >= %(most)s THEN %(reason)s ELSE reason END,
    doubts = CASE WHEN state = 'sending' AND doubts < %(most)s THEN doubts + 1 ELSE doubts END
FROM found WHERE outbox.id = found.id
RETURNING was_begun
"""


class Worker:
    """This process's number, renewed every ``BEAT`` from the first time it is needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._id: int | None = None
        self._registering = asyncio.Lock()
        self._pulse: asyncio.Task[None] | None = None
        self._asked_who_is_due = float("-inf")

    async def id(self) -> int:
        """The number.

        Raises:
            StoreAwayError: there is none yet and the database does not answer.
        """
        async with self._registering:
            if self._id is None:
                self._id = await self._database.step(_register)
            if self._pulse is None:
                self._pulse = asyncio.create_task(self._beat())
            return self._id

    async def plans(self) -> int:
        """The number of a process that plans briefings, and gets its share of who is due."""
        now = asyncio.get_running_loop().time()
        is_new, self._asked_who_is_due = not self._is_planning(), now
        worker = await self.id()
        if is_new:
            await self._renew(worker)
        return await self.id()

    async def close(self) -> None:
        """Gives the number up, and what was claimed and certainly not sent."""
        if self._pulse is not None:
            self._pulse.cancel()
            await asyncio.wait([self._pulse])
        if self._id is not None:
            await self._database.step(self._leave)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT.total_seconds())
            try:
                if self._id is not None:
                    await self._renew(self._id)
                await self._database.step(return_lost)
            except StoreAwayError as error:
                log.warning("the database does not hear that this process lives", reason=str(error))

    async def _renew(self, worker: int) -> None:
        async def renew(connection: Connection) -> bool:
            found = await connection.execute(RENEW, (LEASE, self._is_planning(), worker))
            return await found.fetchone() is not None

        if not await self._database.step(renew):
            log.warning("this process was silent for too long; what it had claimed is others' now")
            async with self._registering:
                if self._id == worker:
                    self._id = None
            await self.id()

    async def _leave(self, connection: Connection) -> None:
        await connection.execute("DELETE FROM workers WHERE id = %s", (self._id,))
        query = "UPDATE outbox SET holder = NULL WHERE holder = %s AND state = 'pending'"
        await connection.execute(query, (self._id,))
        await tell(connection, WORK)

    def _is_planning(self) -> bool:
        return asyncio.get_running_loop().time() - self._asked_who_is_due < PLANNING.total_seconds()


async def return_lost(connection: Connection, now: object = None) -> int:
    """Returns to the outbox what processes hold that do not live any more, and counts what they had begun."""
    await connection.execute("DELETE FROM workers WHERE expires < clock_timestamp()")
    gone = [holder for (holder,) in await (await connection.execute(GONE)).fetchall()]
    if not gone:
        return 0
    values = {"most": MOST_DOUBTS, "reason": INTERRUPTED, "now": now, "gone": gone, "batch": A_BATCH}
    returned: list[tuple[bool]] = []
    while batch := await (await connection.execute(RETURN, values)).fetchall():
        returned += batch
    await tell(connection, WORK)
    begun = sum(was_begun for (was_begun,) in returned)
    if returned:
        log.warning("what a process held that is gone waits again", messages=len(returned), of_unknown_outcome=begun)
    return begun


async def _register(connection: Connection) -> int:
    row = await (await connection.execute(REGISTER, (LEASE,))).fetchone()
    if row is None:
        raise AssertionError("an inserted row is returned")
    return int(row[0])
