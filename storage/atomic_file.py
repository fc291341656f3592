"""TinyDB's storage on one JSON file, never half written: a new file, forced to disk, takes the old one's place."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tinydb import Storage

Tables = dict[str, dict[str, Any]]


class TornFileError(ValueError):
    """The file is not the JSON of a TinyDB database."""


class AtomicFile(Storage):
    """The whole database in memory, written out at every change.

    Not for use by several threads at once, nor by several processes on one file.

    Raises:
        TornFileError: the file exists and cannot be parsed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tables = _load(path)
        self._held: Tables | None = None

    def read(self) -> Tables:
        """The tables, copied as deep as TinyDB changes them in place."""
        tables = self._tables if self._held is None else self._held
        return {name: {key: dict(row) for key, row in table.items()} for name, table in tables.items()}

    def write(self, data: Tables) -> None:
        """Makes ``data`` the content of the file, or, inside ``one_step``, what the step has come to."""
        if self._held is not None:
            self._held = data
            return
        self._replace_file(data)
        self._tables = data

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Joins the changes of several TinyDB calls into one write; an exception inside leaves the file as it was."""
        self._held = self._tables
        try:
            yield
            step = self._held
        finally:
            self._held = None
        self.write(step)

    def _replace_file(self, tables: Tables) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(_pieces(tables))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        _sync_folder(self._path.parent)


def _load(path: Path) -> Tables:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise TornFileError(f"not UTF-8 text at byte {error.start}") from error
    try:
        tables = json.loads(text)
    except json.JSONDecodeError as error:
        raise TornFileError(f"{error.msg} at line {error.lineno}, column {error.colno}") from error
    if not isinstance(tables, dict) or not all(
        isinstance(table, dict) and all(isinstance(row, dict) for row in table.values()) for table in tables.values()
    ):
        raise TornFileError("not an object of tables of documents")
    return tables


def _pieces(tables: Tables) -> Iterator[str]:
    """The JSON, one document at a time: a single dump of everything would hold the interpreter's lock all through."""
    yield "{"
    for place, (name, table) in enumerate(tables.items()):
        yield f"{', ' if place else ''}\n{json.dumps(name)}: {{"
        for row, (key, document) in enumerate(table.items()):
            yield f"{',' if row else ''}\n  {json.dumps(key)}: {json.dumps(document, ensure_ascii=False)}"
        yield "}"
    yield "}\n"


def _sync_folder(folder: Path) -> None:
    """Makes a rename last through a power cut, where the system lets folders be synced."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
