"""The pool of connections: a step is one transaction, and who waits for news is told of it by the server."""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, TypeVar

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg_pool import AsyncConnectionPool

from storage.postgres.addresses import Address, answering

log = structlog.get_logger(__name__)

FEWEST, MOST = 1, 10  #: connections of one process
PATIENCE = 10.0  #: seconds for a free connection
ATTEMPTS = 5  #: at a step that the server broke off because two waited for each other
CHANNEL: Final = "sitrep"
WORK = "work"  #: something was queued or let go
RECONNECT = 1.0  #: seconds between two attempts to listen again

# A process that is stopped in the middle of a step must not hold others up: the server ends its step.
SESSION = """
SELECT set_config('timezone', 'UTC', false), set_config('idle_in_transaction_session_timeout', '10s', false),
    set_config('statement_timeout', '60s', false), set_config('jit', 'off', false)
"""

T = TypeVar("T")
Connection = AsyncConnection[tuple[Any, ...]]
Pool = AsyncConnectionPool[Connection]
Work = Callable[[Connection], Awaitable[T]]
Values = Sequence[object] | Mapping[str, object]


class Database:
    """Connections to one database, opened in the event loop that first asks; ``news`` are told to `hear`'s hearers."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._pool: Pool | None = None
        self._opening = asyncio.Lock()
        self._listener: asyncio.Task[None] | None = None
        self._hearers: dict[str, list[Callable[[], None]]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None

    def hear(self, what: str, hearer: Callable[[], None]) -> None:
        """Calls ``hearer`` at each piece of news, whoever tells it, and when some may have been missed."""
        self._hearers.setdefault(what, []).append(hearer)

    async def step(self, work: Work[T]) -> T:
        """Does ``work`` in one transaction: all of it, or nothing when this raises.

        ``work`` is done again from the start when the server breaks it off for the sake of another's.

        Raises:
            StoreAwayError: the database does not answer. When it fell silent at the very end, all may have been done.
        """

        async def whole(connection: Connection) -> T:
            async with connection.transaction():
                return await work(connection)

        return await self._until_done(whole)

    async def rows(self, statement: LiteralString, values: Values = ()) -> list[Any]:
        """`step` of one statement, and the rows it returns: one way to the server and back instead of three.

        Raises:
            StoreAwayError: as by `step`.
        """

        async def work(connection: Connection) -> list[Any]:
            return await (await connection.execute(statement, values)).fetchall()

        return await self._until_done(work)

    async def _until_done(self, work: Work[T]) -> T:
        with answering(self.address):
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    async with (await self._opened()).connection() as connection:
                        return await work(connection)
                except (DeadlockDetected, SerializationFailure):
                    if attempt == ATTEMPTS:
                        raise
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """A connection that sees the database as it is now, for long reading.

        Raises:
            StoreAwayError: the database does not answer.
        """
        with answering(self.address):
            async with (await self._opened()).connection() as connection, connection.transaction():
                await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                await connection.execute("SELECT set_config('statement_timeout', '0', true)")
                yield connection

    async def pool(self) -> Pool:
        """The connections, for a library that works on them by itself."""
        return await self._opened()

    async def close(self) -> None:
        """Gives the connections back."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])
        if self._pool is not None:
            await self._pool.close()

    async def _opened(self) -> Pool:
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self.loop = asyncio.get_running_loop()
                    pool: Pool = AsyncConnectionPool(
                        self.address.conninfo(),
                        min_size=FEWEST,
                        max_size=MOST,
                        timeout=PATIENCE,
                        configure=_configure,
                        check=_check,
                        open=False,
                        name="sitrep",
                    )
                    await pool.open()
                    self._listener = asyncio.create_task(self._listen())
                    self._pool = pool
        return self._pool

    async def _listen(self) -> None:
        """Hears the server's news until cancelled; what was missed meanwhile is made up for by telling everything."""
        while True:
            try:
                async with await AsyncConnection.connect(self.address.conninfo(), autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    for what in self._hearers:
                        self._tell(what)
                    async for news in connection.notifies():
                        self._tell(news.payload)
            except psycopg.Error as error:
                log.warning("the database tells no news; it is asked instead", reason=type(error).__name__)
            await asyncio.sleep(RECONNECT)

    def _tell(self, what: str) -> None:
        for hearer in self._hearers.get(what, ()):
            hearer()


async def tell(connection: Connection, what: str) -> None:
    """Tells every process, once the step is done."""
    await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, what))


async def _configure(connection: Connection) -> None:
    await connection.set_autocommit(True)
    await connection.execute(SESSION)


async def _check(connection: Connection) -> None:
    """Asks a connection whether it works only when there is something to read: so it is when the server has gone."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await AsyncConnectionPool.check_connection(connection)
