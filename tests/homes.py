"""Where the stores of the contract live: each is opened, closed and looked into from outside in the same way."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Protocol

import psycopg

from bot.ports import Store
from storage.postgres.addresses import Address
from storage.postgres.store import PostgresStore
from storage.postgres.store import open_store as open_postgres
from storage.tinydb_store import TinyStore
from tests.stores import FILE, opened

OpenStore = TinyStore | PostgresStore


class Home(Protocol):
    """A place that outlives the stores opened on it, one at a time."""

    async def open(self) -> OpenStore:
        """The store, as a process has it."""
        ...

    async def content(self) -> bytes:
        """Everything that is kept, as text; no store is open."""
        ...


class Folder:
    """The embedded store's."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def open(self) -> OpenStore:
        """The store in the folder."""
        return opened(self.path)

    async def content(self) -> bytes:
        """The file's documents, and its bytes."""
        with sqlite3.connect(self.path / FILE) as connection:
            texts = "".join(text for (text,) in connection.execute("SELECT document FROM documents"))
        return texts.encode() + (self.path / FILE).read_bytes()


class Server:
    """A database of a PostgreSQL server."""

    def __init__(self, address: Address) -> None:
        self.address = address

    async def open(self) -> OpenStore:
        """The store on the database."""
        return await asyncio.to_thread(open_postgres, self.address)

    async def content(self) -> bytes:
        """Every row of every table."""
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        with psycopg.connect(self.address.conninfo()) as connection:
            names = [name for (name,) in connection.execute(tables).fetchall()]
            rows = [connection.execute(f"SELECT t::text FROM {name} AS t").fetchall() for name in names]
        return "".join(text for found in rows for (text,) in found).encode()


async def closed(store: Store) -> None:
    """Closes a store of either kind."""
    await asyncio.to_thread(store.close)  # type: ignore[attr-defined]
