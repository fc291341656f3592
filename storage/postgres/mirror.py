"""What is known of the stories, in every process's memory as the embedded store has it; the database's is the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

import psycopg
import structlog

from bot.errors import StoreAwayError
from storage.database_file import DatabaseFile, Place, Texts
from storage.durable import DurableDB
from storage.postgres.database import Connection, Database, tell

log = structlog.get_logger(__name__)

STORIES = "stories"  #: the news that something of the stories changed
LOCK = (0x7369, 0x7373)  #: of PostgreSQL's advisory locks, the one for changing what is known of the stories
LOADING = "SELECT home, id, document FROM documents WHERE document IS NOT NULL ORDER BY home, id"
NEWEST = "SELECT coalesce(max(revision), 0) FROM documents"
SINCE = "SELECT home, id, document, revision FROM documents WHERE revision > %s ORDER BY revision, home, id"
PUT = """
INSERT INTO documents (home, id, document, revision)
SELECT home, id, document, %s FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS d (home, id, document)
ON CONFLICT (home, id) DO UPDATE SET document = excluded.document, revision = excluded.revision
"""

T = TypeVar("T")
Beside = Callable[[Connection], Awaitable[bool]]


class Mirror:
    """The documents, in the classes that the embedded store keeps them in.

    ``caught_up`` is called after another process's changes were taken over, with the names of the tables they were in.
    """

    def __init__(self, database: Database, tables: Mapping[str, Texts], revision: int) -> None:
        self._database = database
        self._revision = revision
        self._turn = asyncio.Lock()
        self._catching_up: asyncio.Task[None] | None = None
        self.documents = DurableDB(cast("DatabaseFile", _Loaded(tables)))
        self.caught_up: Callable[[frozenset[str]], Awaitable[None]] = _nothing
        database.hear(STORIES, self._heard)

    async def change(self, act: Callable[[], T], beside: Beside | None = None) -> T | None:
        """Makes the changes that ``act`` makes to the documents in memory last, as one step.

        ``beside`` does the step's other part in the same transaction, before; None is returned and nothing changes
        when it says False.
        """
        after: dict[Place, str | None] = {}
        revision = 0

        async def work(connection: Connection) -> T | None:
            nonlocal after, revision
            await connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
            seen = await self._fetch(connection)
            if beside is not None and not await beside(connection):
                after = {}
                return None
            with self.documents.storage.step() as step:
                result = act()
            self.documents.storage.take_back(step)  # nobody reads what is not lasting yet
            after, revision = step.after, seen + 1
            texts = [(home, number, text) for (home, number), text in after.items() if number is not None]
            if texts:
                homes, numbers, documents = (list(column) for column in zip(*texts, strict=True))
                await connection.execute(PUT, (revision, homes, numbers, documents))
                await tell(connection, STORIES)
            return result

        async with self._turn:
            result = await self._database.step(work)
            if after:
                self._take_over({place: text for place, text in after.items() if place[1] is not None})
                self._revision = max(self._revision, revision)
            return result

    async def catch_up(self) -> None:
        """Takes over what other processes changed."""
        async with self._turn:
            await self._database.step(self._fetch)

    def _heard(self) -> None:
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self._catch_up())

    async def _catch_up(self) -> None:
        try:
            await self.catch_up()
        except StoreAwayError as error:
            log.warning("the stories may be out of date until the database answers", reason=str(error))

    async def close(self) -> None:
        """Hears no more."""
        if self._catching_up is not None:
            self._catching_up.cancel()
            await asyncio.wait([self._catching_up])

    async def _fetch(self, connection: Connection) -> int:
        rows = await (await connection.execute(SINCE, (self._revision,))).fetchall()
        if rows:
            self._take_over({(home, number): text for home, number, text, _ in rows})
            self._revision = rows[-1][3]
            await self.caught_up(frozenset(row[0] for row in rows))
        return self._revision

    def _take_over(self, texts: Mapping[Place, str | None]) -> None:
        storage = self.documents.storage
        for table in self.documents._tables.values():  # TinyDB remembers an id that others may have used
            table._next_id = None
        with storage.step():
            for (home, number), text in texts.items():
                if number is not None and storage.texts(home).get(number) != text:
                    storage.change_texts(home, {number: text})


def load(connection: psycopg.Connection[tuple[Any, ...]]) -> tuple[dict[str, Texts], int]:
    """Every document there is, by table and id, and the revision of the newest. Blocking."""
    row = connection.execute(NEWEST).fetchone()
    tables: dict[str, Texts] = {}
    for home, number, text in connection.execute(LOADING):
        tables.setdefault(home, {})[number] = text
    return tables, 0 if row is None else row[0]


class _Loaded:
    """Stands in the place of the embedded store's file, of which only what it holds at the start is asked."""

    def __init__(self, tables: Mapping[str, Texts]) -> None:
        self._tables = tables

    def load(self) -> dict[str, Texts]:
        return dict(self._tables)

    def write(self, changes: Mapping[Place, str | None]) -> None:
        raise RuntimeError(f"expected changes within a step of the database, got some outside: {list(changes)}")


async def _nothing(_: frozenset[str]) -> None:
    return
