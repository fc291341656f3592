"""The database's versions: each leads to today's, once, and nothing that was applied is changed unnoticed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from bot.errors import StoreAwayError, StoreVersionError
from storage.postgres.addresses import Address
from storage.postgres.job_schema import WHOLE, job_migrations
from storage.postgres.migrating import migrate, migrations
from storage.postgres.store import open_store
from tests import postgres

COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
WHERE table_schema = 'public' ORDER BY 1, 2
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
A_CHAT = """INSERT INTO chats (id, document) VALUES (42, '{"id": 42, "zone": "Europe/Kyiv"}')"""


def schema(address: Address) -> list[tuple[object, ...]]:
    with psycopg.connect(address.conninfo()) as connection:
        return connection.execute(COLUMNS).fetchall() + connection.execute(INDEXES).fetchall()


@pytest.mark.parametrize("version", range(1, len(migrations()) + 1))
async def test_every_earlier_version_comes_to_todays_with_what_it_holds(
    postgres_server: postgres.Server, version: int
) -> None:
    address = postgres_server.empty()
    migrate(address, migrations()[:version])
    with psycopg.connect(address.conninfo()) as connection:
        connection.execute(A_CHAT)

    migrate(address)

    assert schema(address) == schema(postgres_server.fresh())
    with psycopg.connect(address.conninfo()) as connection:
        assert connection.execute("SELECT id, document ->> 'zone' FROM chats").fetchall() == [(42, "Europe/Kyiv")]


def test_two_who_migrate_at_once_apply_everything_once(postgres_server: postgres.Server) -> None:
    address = postgres_server.empty()

    with ThreadPoolExecutor(4) as people:
        applied = list(people.map(lambda _: len(migrate(address)), range(4)))

    assert sorted(applied) == [0, 0, 0, len(migrations()) + 1]


def test_a_migration_that_fails_leaves_nothing_of_any(postgres_server: postgres.Server) -> None:
    address = postgres_server.empty()
    broken = replace(migrations()[-1], number=len(migrations()) + 1, name="broken", sql="CREATE TABLE a (); SELECT 1/0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(address, (*migrations(), broken))

    assert schema(address) == []


def test_a_changed_file_is_refused(postgres_server: postgres.Server) -> None:
    address = postgres_server.fresh()
    first, *others = migrations()

    with pytest.raises(StoreVersionError) as refusal:
        migrate(address, (replace(first, sql=first.sql + " "), *others))

    assert str(refusal.value) == (
        f"{address}: expected migration 1 (store) as it was applied, got a file that changed since. "
        "Install the program's own files again."
    )


def test_an_older_database_is_not_opened_and_the_sentence_says_what_to_do(postgres_server: postgres.Server) -> None:
    address = postgres_server.empty()

    with pytest.raises(StoreVersionError) as refusal:
        open_store(address)

    assert str(refusal.value) == (
        f"{address}: expected a database of version {len(migrations())}, got one of version 0. Run `sitrep migrate`."
    )


def test_a_later_database_is_neither_opened_nor_migrated(postgres_server: postgres.Server) -> None:
    address = postgres_server.fresh()
    later = replace(migrations()[-1], number=len(migrations()) + 1, name="later", sql="SELECT 1")
    migrate(address, (*migrations(), later))

    for attempt in (open_store, migrate):
        with pytest.raises(StoreVersionError, match="A later version of sitrep wrote it"):
            attempt(address)


def test_a_new_version_of_the_queue_is_brought_on_by_its_own_files_once(postgres_server: postgres.Server) -> None:
    address = postgres_server.empty()
    later = {
        **job_migrations(),
        "99.00.00_01_pre_add": "ALTER TYPE procrastinate_job_status ADD VALUE 'later'",
        "99.00.00_50_post_use": "CREATE TABLE used (status procrastinate_job_status DEFAULT 'later')",
    }

    applied = [migrate(address), migrate(address, jobs=later), migrate(address, jobs=later)]

    assert applied[0][-1] == WHOLE
    assert applied[1:] == [("99.00.00_01_pre_add", "99.00.00_50_post_use"), ()]
    for attempt in (open_store, migrate):
        with pytest.raises(StoreVersionError, match=r"99\.00\.00_50_post_use\. A later version wrote it"):
            attempt(address)


def test_a_changed_file_of_the_queue_is_refused(postgres_server: postgres.Server) -> None:
    address = postgres_server.fresh()
    first, *_ = job_migrations()

    with pytest.raises(StoreVersionError, match=f"expected procrastinate's migration {first} as it was applied"):
        migrate(address, jobs={**job_migrations(), first: "SELECT 1"})


def test_a_database_without_the_queue_of_todays_library_is_not_opened(postgres_server: postgres.Server) -> None:
    address = postgres_server.fresh()
    with psycopg.connect(address.conninfo()) as connection:
        connection.execute("DELETE FROM job_migrations WHERE name = (SELECT max(name) FROM job_migrations)")

    with pytest.raises(StoreVersionError, match=f"got one without {[*job_migrations()][-1]}. Run `sitrep migrate`"):
        open_store(address)


def test_the_whole_schema_of_the_queue_is_what_its_migrations_lead_to(postgres_server: postgres.Server) -> None:
    address = postgres_server.empty()
    with psycopg.connect(address.conninfo(), autocommit=True) as connection:
        for sql in job_migrations().values():
            connection.execute(sql.encode())

    of_the_queue = [row for row in schema(postgres_server.fresh()) if "procrastinate" in str(row)]

    assert sorted(map(str, schema(address))) == sorted(map(str, of_the_queue))


def test_files_are_numbered_without_a_gap(tmp_path: Path) -> None:
    (tmp_path / "0002_second.sql").write_text("SELECT 1")

    with pytest.raises(ValueError, match=r"0001_words\.sql"):
        migrations(tmp_path)


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    address = Address(url="postgresql://someone:s%2Fcret@127.0.0.1:1/nowhere", password="other")

    with pytest.raises(StoreAwayError) as refusal:
        open_store(address)

    assert str(refusal.value).startswith("database nowhere at 127.0.0.1:1: expected an answer, got: ")
    assert "cret" not in str(refusal.value) + repr(address)
