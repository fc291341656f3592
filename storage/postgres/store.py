"""The store that several machines share: every promise of `bot.ports.Store` on one PostgreSQL database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import psycopg

from storage.codec import FORMAT
from storage.database_file import Texts
from storage.news_table import NewsTable
from storage.postgres.addresses import Address, answering
from storage.postgres.assignments import Assignments
from storage.postgres.briefings import Briefings
from storage.postgres.broadcasts import Broadcasts
from storage.postgres.chats import Chats
from storage.postgres.database import WORK, Database
from storage.postgres.grouping import Grouped
from storage.postgres.hosts import Hosts
from storage.postgres.leases import Leases
from storage.postgres.looks import Looks
from storage.postgres.migrating import check_schema
from storage.postgres.mirror import Mirror, load
from storage.postgres.moving import check_whole
from storage.postgres.news import News
from storage.postgres.operators import SIZE, Operators
from storage.postgres.outbox import Claims, Outbox
from storage.postgres.pictures import Pictures
from storage.postgres.rates import Rates
from storage.postgres.readings import Readings
from storage.postgres.sources import Sources
from storage.postgres.stories import Stories
from storage.postgres.topics import Topics
from storage.postgres.updates import Updates
from storage.postgres.workers import Worker
from storage.sources_table import SourcesTable
from storage.story_tables import StoryTables
from storage.topics_table import TopicsTable
from storage.versions import META, check_format


class PostgresStore(
    Stories,
    News,
    Topics,
    Chats,
    Briefings,
    Outbox,
    Broadcasts,
    Sources,
    Operators,
    Pictures,
    Rates,
    Updates,
    Leases,
    Readings,
    Looks,
    Hosts,
):
    """Connects when it is first asked, in the event loop that asks, which is never the thread that calls `close`."""

    def __init__(self, address: Address, tables: Mapping[str, Texts], revision: int, size: int) -> None:
        self._database = Database(address)
        self._mirror = Mirror(self._database, tables, revision)
        self._mirror.caught_up = self._caught_up
        self._news = NewsTable(self._mirror.documents)
        self._topics = TopicsTable(self._mirror.documents)
        self._sources = SourcesTable(self._mirror.documents)
        self._stories = StoryTables(self._mirror.documents, self._news)
        self._worker = Worker(self._database)
        self._assignments = Assignments(self._database, self._worker)
        self._claims = Claims()
        self._begins = Grouped(self._begin_together)
        self._deliveries = Grouped(self._deliver_together)
        self._size = size
        self._edition = 0
        self._database.hear(WORK, self._claims.work.set)

    async def aclose(self) -> None:
        """Gives back what was claimed and not sent, and the connections."""
        try:
            await self._worker.close()
            await self._mirror.close()
        finally:
            await self._database.close()

    def close(self) -> None:
        """`aclose`, for a thread that may wait. Blocking."""
        loop = self._database.loop
        if loop is not None and loop.is_running():
            asyncio.run_coroutine_threadsafe(self.aclose(), loop).result()


def open_store(address: Address) -> PostgresStore:
    """The store on a database. Blocking.

    Raises:
        StoreAwayError: the database does not answer.
        StoreVersionError: its schema, or what stands in it, is another version's.
        UnfitFileError: a move into it was broken off.
    """
    with answering(address), psycopg.connect(address.conninfo()) as connection:
        check_schema(connection, address)
        check_whole(connection, address)
        tables, revision = load(connection)
        _check_format(tables.setdefault(META, {}), address)
        row = connection.execute(SIZE).fetchone()
    return PostgresStore(address, tables, revision, 0 if row is None else row[0])


def _check_format(meta: Texts, address: Address) -> None:
    """Makes sure of the documents' format, which a new database takes from this program."""
    note = json.loads(meta.setdefault(1, json.dumps({"format": FORMAT})))
    check_format(note.get("format", FORMAT), address)
