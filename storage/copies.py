"""A backup in the place of the database, and whatever was replaced kept beside it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import StoreBrokenError
from storage.database_file import connect, copy_database, sync_folder
from storage.owner import take_lock
from storage.versions import META, check_format, free_name

FRESH = ".new"
REPLACED = ".replaced"


def restore(folder: Path, database: str, backup: Path) -> Path | None:
    """Puts ``backup`` in the place of the database, and returns where the one before is kept. Blocking.

    Raises:
        StoreBusyError: the bot is running.
        StoreBrokenError, StoreVersionError: the backup cannot be used; nothing changed.
        OSError: it cannot be read, or the folder not be written.
    """
    with take_lock(folder):
        target = folder / database
        fresh = target.with_name(database + FRESH)
        fresh.unlink(missing_ok=True)
        copy_database(backup, fresh)
        try:
            _check_version(fresh, backup)
        except BaseException:
            fresh.unlink()
            raise
        return put_in_place(fresh, target, REPLACED)


def put_in_place(fresh: Path, target: Path, ending: str) -> Path | None:
    """Makes ``fresh`` the database, and returns the name that the one before has now; there is one at every moment."""
    kept = None
    if target.exists():
        _fold(target)
        kept = free_name(target, ending)
        try:
            os.link(target, kept)
        except OSError:  # a file system without links
            shutil.copy2(target, kept)
        log = target.with_name(target.name + "-wal")  # is there only when it could not be folded in
        if log.exists():
            log.rename(kept.with_name(kept.name + "-wal"))
        target.with_name(target.name + "-shm").unlink(missing_ok=True)
    fresh.replace(target)
    sync_folder(target.parent)
    return kept


def _fold(path: Path) -> None:
    """Puts the log of what was written last into the database, if that can be done."""
    try:
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error:
        return


def _check_version(fresh: Path, backup: Path) -> None:
    query = "SELECT document FROM documents WHERE home = ? AND id = 1"
    with closing(connect(fresh)) as connection:
        row = connection.execute(query, (META,)).fetchone()
    if row is None:
        raise StoreBrokenError(f"{backup}: expected a store that was in use, got one that says no format.")
    check_format(json.loads(row[0]).get("format"), backup)
