"""The schema's versions: numbered files, only ever added to, applied in one transaction under a lock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bot.errors import StoreVersionError
from storage.postgres.addresses import Address, answering
from storage.postgres.checksums import checksum
from storage.postgres.job_schema import Files, migrate_jobs, missing_jobs

FOLDER = Path(__file__).parent / "migrations"
NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
LOCK = (0x7369, 0x7472)  #: of PostgreSQL's advisory locks, the one for migrating
PATIENCE = "60s"  #: how long somebody else may be migrating

NOTED = """
CREATE TABLE IF NOT EXISTS migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
)
"""

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step of the schema; ``checksum`` tells whether its file changed after it was applied."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file's text."""
        return checksum(self.sql)


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Every migration that this program brings, in order.

    Raises:
        ValueError: a file's name is not ``NNNN_name.sql``, or the numbers do not run from 1 on.
    """
    found = []
    for number, file in enumerate(sorted(folder.glob("*.sql")), 1):
        named = NAME.fullmatch(file.name)
        if named is None or int(named[1]) != number:
            raise ValueError(f"{file}: expected a name like {number:04}_words.sql")
        found.append(Migration(number=number, name=named[2], sql=file.read_text(encoding="utf-8")))
    return tuple(found)


def migrate(address: Address, known: Sequence[Migration] | None = None, jobs: Files | None = None) -> tuple[str, ...]:
    """Brings the schema to the last of ``known`` and ``jobs``, and returns the names of what had to be applied.
    Of ``known`` all is applied, or nothing. Blocking.

    Whoever comes while another migrates waits for it and finds nothing to do.

    Raises:
        StoreVersionError: the database is of a later version, or an applied file has changed since.
        StoreAwayError: the database does not answer, or somebody else migrates for more than a minute.
    """
    wanted = migrations() if known is None else tuple(known)
    with answering(address), psycopg.connect(address.conninfo(), autocommit=True) as connection:
        connection.execute("SELECT set_config('lock_timeout', %s, false)", (PATIENCE,))
        connection.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
        with connection.transaction():
            connection.execute(NOTED)
            missing = _missing(connection, wanted, address)
            for migration in missing:
                connection.execute(migration.sql.encode())  # a file of this package
                connection.execute(
                    "INSERT INTO migrations (number, name, checksum) VALUES (%s, %s, %s)",
                    (migration.number, migration.name, migration.checksum),
                )
        applied_jobs = migrate_jobs(connection, address, jobs)
    return (*(f"{migration.number:04} {migration.name}" for migration in missing), *applied_jobs)


def check_schema(connection: Connection, address: Address) -> None:
    """Makes sure that the database's schema is the one that this program works with.

    Raises:
        StoreVersionError: it is an older or a later one, or was changed.
    """
    row = connection.execute("SELECT to_regclass('migrations')").fetchone()
    is_noted = row is not None and row[0] is not None
    missing = _missing(connection, migrations(), address) if is_noted else migrations()
    if missing:
        raise StoreVersionError(
            f"{address}: expected a database of version {missing[-1].number}, "
            f"got one of version {missing[0].number - 1}. Run `sitrep migrate`."
        )
    row = connection.execute("SELECT to_regclass('job_migrations')").fetchone()
    lacking = missing_jobs(connection, address) if row is not None and row[0] is not None else ("its first",)
    if lacking:
        raise StoreVersionError(
            f"{address}: expected the queue of jobs as the installed procrastinate has it, got one without "
            f"{lacking[0]}. Run `sitrep migrate`."
        )


def _missing(connection: Connection, wanted: Sequence[Migration], address: Address) -> tuple[Migration, ...]:
    query = "SELECT number, name, checksum FROM migrations ORDER BY number"
    applied = connection.execute(query).fetchall()
    if len(applied) > len(wanted):
        raise StoreVersionError(
            f"{address}: expected a database of version {len(wanted)} at most, got one of version {len(applied)}. "
            "A later version of sitrep wrote it: run that version."
        )
    for (number, name, known), migration in zip(applied, wanted, strict=False):
        if (number, name, known) != (migration.number, migration.name, migration.checksum):
            raise StoreVersionError(
                f"{address}: expected migration {migration.number} ({migration.name}) as it was applied, got a file "
                "that changed since. Install the program's own files again."
            )
    return tuple(wanted[len(applied) :])
