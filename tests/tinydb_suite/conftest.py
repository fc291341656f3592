"""The database that TinyDB's own tests are given: ours, on a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database_file import DatabaseFile
from storage.durable import DurableDB


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DurableDB]:
    """A durable database with the three documents that TinyDB's tests expect."""
    database = DurableDB(DatabaseFile(tmp_path / "test.db"))
    database.drop_tables()
    database.insert_multiple({"int": 1, "char": letter} for letter in "abc")
    yield database
    database.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One of TinyDB's tests asks for the names of its own classes."""
    for item in items:
        if item.name == "test_table_repr" and "tinydb_suite" in str(item.path):
            item.add_marker(pytest.mark.xfail(reason="ours have other names", strict=True))
