"""One SQLite file that holds documents by table and id: what SQLite promises a kill and a power cut is kept here."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from bot.errors import StoreBrokenError, StoreFullError

Place = tuple[str, int | None]  #: a table's name and a document's id; None for the table itself
Texts = dict[int, str]  #: the documents of a table, as JSON, by id

APPLICATION = 0x73697472  #: "sitr": SQLite's application_id, which tells this program's files from others
AT_ONCE = 200  #: documents a statement; each statement gives the interpreter's lock away twice
CACHE = 64 * 1024  #: KiB of pages
READER_PATIENCE = 5.0  #: seconds a statement waits while another process holds the file
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)

SCHEMA = """
CREATE TABLE tables (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE documents (
    home TEXT NOT NULL, id INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (home, id)
) WITHOUT ROWID;
"""


class DatabaseFile:
    """The file, open for the one process that owns it.

    ``write`` may be called from any thread; one call at a time reaches the disk.

    Raises:
        StoreBrokenError: the file is not one of this program's, or is damaged.
        StoreFullError: it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.Lock()
        with _explained(path):
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            self._connection = connect(path)
            try:
                _prepare(self._connection)
            except BaseException:
                self._connection.close()
                raise

    def load(self) -> dict[str, Texts]:
        """Every table there is, with its documents in the order of their ids."""
        tables: dict[str, Texts] = {}
        with _explained(self.path):
            for (name,) in self._connection.execute("SELECT name FROM tables ORDER BY name"):
                rows = self._connection.execute(
                    "SELECT id, document FROM documents WHERE home = ? ORDER BY id", (name,)
                )
                tables[name] = dict(rows)
        return tables

    def write(self, changes: Mapping[Place, str | None]) -> None:
        """Makes the changes last, all or none: a document's new text, or None where it is gone. Blocking.

        Raises:
            StoreFullError: the disk did not take them; nothing changed.
            StoreBrokenError: the file was damaged meanwhile.
        """
        puts = [(home, key, text) for (home, key), text in changes.items() if key is not None and text is not None]
        with self._turn, _explained(self.path):
            if len(puts) == len(changes) <= AT_ONCE:
                self._put(puts)
                return
            with _transaction(self._connection):
                self._change_tables(changes)
                gone = [(home, key) for (home, key), text in changes.items() if key is not None and text is None]
                self._connection.executemany("DELETE FROM documents WHERE home = ? AND id = ?", gone)
                remaining = iter(puts)
                while some := list(islice(remaining, AT_ONCE)):
                    self._put(some)

    def close(self) -> None:
        """Folds the log into the file and gives it up."""
        with self._turn:
            self._connection.close()

    def _change_tables(self, changes: Mapping[Place, str | None]) -> None:
        for (name, key), there in changes.items():
            if key is None and there is None:
                self._connection.execute("DELETE FROM tables WHERE name = ?", (name,))
            elif key is None:
                self._connection.execute("INSERT INTO tables VALUES (?) ON CONFLICT DO NOTHING", (name,))

    def _put(self, rows: Sequence[tuple[str, int, str]]) -> None:
        """One statement, so that a busy event loop is asked for the interpreter's lock once and not once a row."""
        if not rows:
            return
        values = ",".join(["(?,?,?)"] * len(rows))
        self._connection.execute(
            f"INSERT INTO documents VALUES {values} ON CONFLICT DO UPDATE SET document = excluded.document",  # noqa: S608
            [field for row in rows for field in row],
        )


def copy_database(source: Path, target: Path) -> None:
    """Copies the database of a bot, running or not, to a new file that only its owner may read. Blocking.

    The copy is of one moment, a single file, and checked.

    Raises:
        OSError: ``target`` exists or cannot be written.
        StoreBrokenError: ``source`` is damaged or no database of this program.
    """
    if not source.exists():
        raise FileNotFoundError(f"{source}: expected a database, got no file")
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with _as_os_error(target), closing(connect(source)) as old, closing(connect(target)) as new:
            check_owner(old, source)
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            if faults := integrity_faults(new):
                raise StoreBrokenError(
                    f"{source}: expected a whole database, got a damaged one ({faults[0]}). Run `sitrep repair`."
                )
        _sync(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def integrity_faults(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the database as a whole; nothing when it is sound."""
    try:
        found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [line for line in found if line != "ok"]


def check_owner(connection: sqlite3.Connection, path: Path) -> None:
    """Makes sure that this program wrote the database.

    Raises:
        StoreBrokenError: another did, or it is no database.
    """
    try:
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.DatabaseError as error:
        raise broken(path, str(error)) from error
    if owner != APPLICATION:
        raise broken(path, "a database of another program")


def broken(path: Path, got: str) -> StoreBrokenError:
    """The error for a file that cannot be used as it is."""
    return StoreBrokenError(
        f"{path}: expected a database of sitrep, got one that cannot be used ({got}). "
        "`sitrep repair` tells what is wrong and saves what can be read; `sitrep restore FILE` puts a backup there."
    )


def connect(path: Path) -> sqlite3.Connection:
    """A connection whose statements are each a step of their own, for one thread at a time."""
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=READER_PATIENCE)


def _prepare(connection: sqlite3.Connection) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (owner, count) == (0, 0):
        connection.executescript(f"BEGIN; {SCHEMA} PRAGMA application_id={APPLICATION}; COMMIT;")
    elif owner != APPLICATION:
        raise sqlite3.DatabaseError("a database of another program")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=1")  # macOS: else fsync leaves the data in the drive's cache
    connection.execute(f"PRAGMA cache_size=-{CACHE}")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's and the system's errors as what a person must do."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in NO_ROOM:
            raise _full(path, str(error)) from error
        raise broken(path, str(error)) from error
    except OSError as error:
        raise _full(path, str(error)) from error


def _full(path: Path, got: str) -> StoreFullError:
    return StoreFullError(
        f"{path}: expected the disk to take a change, got: {got}. Nothing of the change was kept, all before is. "
        "Make room on the disk (and check that the folder may be written); the bot goes on by itself then."
    )


@contextmanager
def _as_os_error(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in NO_ROOM:
            raise OSError(f"{path}: {error}") from error
        raise broken(path, str(error)) from error


def _sync(path: Path) -> None:
    """Makes a new file and its name last through a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder last through a power cut, where the system lets folders be synced."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
