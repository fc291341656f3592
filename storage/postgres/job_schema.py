"""The schema of the job queue: the library's own, installed whole, and later brought on by the library's own files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from procrastinate.schema import SchemaManager

from bot.errors import StoreVersionError
from storage.postgres.addresses import Address
from storage.postgres.checksums import checksum

NOTED = """
CREATE TABLE IF NOT EXISTS job_migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
)
"""
NOTE = "INSERT INTO job_migrations (name, checksum) VALUES (%s, %s)"
WHOLE = "the queue of jobs"  #: what is said to be applied when there was none
APPLIED = "SELECT name, checksum FROM job_migrations ORDER BY name"

Connection = psycopg.Connection[tuple[Any, ...]]
Files = Mapping[str, str]  #: the text of each of the library's migrations, by name, in order


def job_migrations() -> Files:
    """Every migration that the installed library brings. Blocking."""
    folder = Path(SchemaManager.get_migrations_path())
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))}


def migrate_jobs(connection: Connection, address: Address, wanted: Files | None = None) -> tuple[str, ...]:
    """Brings the queue's schema to the last of ``wanted`` and returns the names of what had to be applied. Blocking.

    A database without any gets the whole schema in one transaction. Else each file has one of its own, because
    PostgreSQL does not let a transaction use a value that it has added to an enumeration.

    Raises:
        StoreVersionError: the schema is a later library's, or an applied file has changed since.
    """
    wanted = job_migrations() if wanted is None else wanted
    with connection.transaction():
        connection.execute(NOTED)
        if not connection.execute(APPLIED).fetchone():
            connection.execute(SchemaManager.get_schema())
            for name, sql in wanted.items():
                connection.execute(NOTE, (name, checksum(sql)))
            return (WHOLE,)
    missing = missing_jobs(connection, address, wanted)
    for name in missing:
        with connection.transaction():
            connection.execute(wanted[name].encode())  # a file of the library
            connection.execute(NOTE, (name, checksum(wanted[name])))
    return missing


def missing_jobs(connection: Connection, address: Address, wanted: Files | None = None) -> tuple[str, ...]:
    """The names of the library's migrations that the database does not have yet. Blocking.

    Raises:
        StoreVersionError: it has some of a later library, or an applied file has changed since.
    """
    wanted = job_migrations() if wanted is None else wanted
    applied: dict[str, str] = dict(connection.execute(APPLIED).fetchall())
    if unknown := applied.keys() - wanted.keys():
        raise StoreVersionError(
            f"{address}: expected a queue of jobs that the installed procrastinate knows, got one with "
            f"{max(unknown)}. A later version wrote it: install that version."
        )
    for name, known in applied.items():
        if known != checksum(wanted[name]):
            raise StoreVersionError(
                f"{address}: expected procrastinate's migration {name} as it was applied, got a file that changed "
                "since. Install the version of procrastinate that is pinned."
            )
    return tuple(name for name in wanted if name not in applied)
