"""A whole store into another that is empty: the embedded file and a PostgreSQL database, in either direction.

Both are gone through as the documents that the embedded store keeps. What differs is written, a batch at a time, until
nothing differs; so a move that was killed goes on where it was, and what it says at its end was looked at row by row.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from bot.errors import Problem, StoreBrokenError, UnfitFileError
from bot.outbox import State
from storage.broadcasts_table import BROADCASTS
from storage.chats_table import CHATS
from storage.codec import (
    FORMAT,
    chat_text,
    content_text,
    picture_text,
    read_chat,
    read_content,
    read_picture,
    read_row,
    row_text,
)
from storage.database_file import DatabaseFile, Place, Texts, sync_folder
from storage.durable import THERE, DurableDB
from storage.outbox_table import CONTENTS, ROWS
from storage.owner import take_lock
from storage.pictures_table import PICTURES
from storage.postgres.addresses import Address, answering
from storage.postgres.briefings import NOTE, ZONE_RULES
from storage.postgres.migrating import Connection, check_schema
from storage.rows import KeptPicture, Row
from storage.versions import META, bring_up_to_date

A_BATCH: Final = 1000  #: documents written in one step
PART = ".part"  #: what a file is called until it holds everything
MOVING = "moving"  #: the note of a database that does not hold everything yet
NOBODY = 0  #: the number of a process that does not live: what was being sent is looked after by whoever comes
FIRST = (META, CONTENTS, CHATS, ROWS, BROADCASTS, PICTURES)  #: the tables in the order in which they are filled

Progress = Callable[[str], None]
Documents = Iterator[tuple[int, str]]  #: in the order of their ids

ROW = """
SELECT id, chat, key, state, content, thread, silent, attempts, doubts, not_before, queued, settled, reason
FROM outbox ORDER BY id
"""
PUT_CHAT = """
INSERT INTO chats (id, document) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET document = excluded.document
"""
PUT_CONTENT = """
INSERT INTO contents (id, hash, document) VALUES (%s, %s, %s)
ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, document = excluded.document
"""
PUT_BROADCAST = """
INSERT INTO broadcasts (number, document) VALUES (%s, %s)
ON CONFLICT (number) DO UPDATE SET document = excluded.document
"""
PUT_DOCUMENT = """
INSERT INTO documents (home, id, document, revision) VALUES (%s, %s, %s, 1)
ON CONFLICT (home, id) DO UPDATE SET document = excluded.document
"""
PUT_ROW = """
INSERT INTO outbox (
    id, chat, key, state, content, thread, silent, attempts, doubts, not_before, queued, settled, reason, holder
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET
    chat = excluded.chat, key = excluded.key, state = excluded.state, content = excluded.content,
    thread = excluded.thread, silent = excluded.silent, attempts = excluded.attempts, doubts = excluded.doubts,
    not_before = excluded.not_before, queued = excluded.queued, settled = excluded.settled,
    reason = excluded.reason, holder = excluded.holder
"""
PICTURE = """
SELECT id, key, png, kept,
    (SELECT array_agg(ARRAY[bot::text, file_id] ORDER BY bot) FROM picture_files WHERE picture = id)
FROM pictures ORDER BY id
"""
PUT_PICTURE = """
INSERT INTO pictures (id, key, png, kept) VALUES (%s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET key = excluded.key, png = excluded.png, kept = excluded.kept
"""
PUT_FILE = "INSERT INTO picture_files (picture, bot, file_id) VALUES (%s, %s, %s)"
AFTER_THE_LAST = """
SELECT setval(pg_get_serial_sequence('outbox', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM outbox), false),
    setval(pg_get_serial_sequence('contents', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM contents), false),
    setval(pg_get_serial_sequence('pictures', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM pictures), false)
"""
IS_USED = """
SELECT EXISTS (SELECT FROM chats) OR EXISTS (SELECT FROM outbox) OR EXISTS (SELECT FROM broadcasts)
    OR EXISTS (SELECT FROM documents)
"""
LIVING = "SELECT count(*) FROM workers WHERE expires > clock_timestamp()"


class End(Protocol):
    """A store as one end of a move."""

    def homes(self) -> set[str]:
        """The names of the tables."""
        ...

    def documents(self, home: str) -> Documents:
        """A table, as JSON in the one way that this program writes it."""
        ...

    def put(self, home: str, texts: Mapping[int, str | None]) -> None:
        """Makes documents last; those that are None are gone."""
        ...


class FileEnd:
    """The embedded store's file, which nobody else has open."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._tables: dict[str, Texts] = file.load()

    def homes(self) -> set[str]:
        """The names of the tables."""
        return set(self._tables)

    def documents(self, home: str) -> Documents:
        """A table."""
        return ((number, _plain(home, text)) for number, text in sorted(self._tables.get(home, {}).items()))

    def put(self, home: str, texts: Mapping[int, str | None]) -> None:
        """Writes documents into the file."""
        changes: dict[Place, str | None] = {(home, number): text for number, text in texts.items()}
        if home not in self._tables:
            changes[home, None] = THERE
        self._file.write(changes)
        table = self._tables.setdefault(home, {})
        for number, text in texts.items():
            if text is None:
                del table[number]
            else:
                table[number] = text


class DatabaseEnd:
    """A PostgreSQL database, by a connection of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def homes(self) -> set[str]:
        """The names of the tables that hold something."""
        found = self._connection.execute("SELECT DISTINCT home FROM documents WHERE document IS NOT NULL").fetchall()
        return {home for (home,) in found} | set(FIRST)

    def documents(self, home: str) -> Documents:
        """A table, fetched stretch by stretch."""
        match home:
            case "meta":
                yield from self._meta()
            case "chats":
                for number, text in self._rows("SELECT id, document::text FROM chats ORDER BY id"):
                    yield number, _plain(home, text)
            case "contents":
                yield from self._rows("SELECT id, document FROM contents ORDER BY id")
            case "outbox":
                yield from ((number, row_text(_row(columns))) for number, *columns in self._rows(ROW))
            case "pictures":
                yield from ((number, _picture_text(columns)) for number, *columns in self._rows(PICTURE))
            case "broadcasts":
                yield from self._rows("SELECT number, document FROM broadcasts ORDER BY number")
            case _:
                query = "SELECT id, document FROM documents WHERE home = %s AND document IS NOT NULL ORDER BY id"
                yield from self._rows(query, (home,))

    def put(self, home: str, texts: Mapping[int, str | None]) -> None:
        """Writes documents in one transaction."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            gone = [number for number, text in texts.items() if text is None]
            there = [(number, text) for number, text in texts.items() if text is not None]
            match home:
                case "meta":
                    self._put_meta(there)
                case "chats":
                    cursor.execute("DELETE FROM chats WHERE id = ANY(%s)", (gone,))
                    cursor.executemany(PUT_CHAT, there)
                case "contents":
                    cursor.execute("DELETE FROM contents WHERE id = ANY(%s)", (gone,))
                    hashed = [(number, hashlib.sha256(text.encode()).digest(), text) for number, text in there]
                    cursor.executemany(PUT_CONTENT, hashed)
                case "outbox":
                    cursor.execute("DELETE FROM outbox WHERE id = ANY(%s)", (gone,))
                    cursor.executemany(PUT_ROW, [(number, *_columns(read_row(text))) for number, text in there])
                case "pictures":
                    cursor.execute("DELETE FROM pictures WHERE id = ANY(%s)", (gone,))
                    self._put_pictures([(number, read_picture(text)) for number, text in there])
                case "broadcasts":
                    cursor.execute("DELETE FROM broadcasts WHERE number = ANY(%s)", (gone,))
                    cursor.executemany(PUT_BROADCAST, there)
                case _:
                    cursor.execute("DELETE FROM documents WHERE home = %s AND id = ANY(%s)", (home, gone))
                    cursor.executemany(PUT_DOCUMENT, [(home, number, text) for number, text in there])

    def _put_pictures(self, there: list[tuple[int, KeptPicture]]) -> None:
        for number, picture in there:
            self._connection.execute(PUT_PICTURE, (number, picture.key, picture.png, picture.kept))
            self._connection.execute("DELETE FROM picture_files WHERE picture = %s", (number,))
            for bot, file_id in picture.file_ids:
                self._connection.execute(PUT_FILE, (number, bot, file_id))

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        with self._connection.transaction(), self._connection.cursor("moving") as cursor:
            cursor.itersize = A_BATCH
            cursor.execute(query.encode(), values)
            yield from cursor

    def _meta(self) -> Documents:
        query = "SELECT document FROM documents WHERE home = %s AND id = 1 AND document IS NOT NULL"
        row = self._connection.execute(query, (META,)).fetchone()
        note = self._connection.execute("SELECT value FROM notes WHERE name = %s", (ZONE_RULES,)).fetchone()
        meta = {"format": FORMAT} if row is None else json.loads(row[0])
        yield 1, _meta_text(meta | ({} if note is None else {ZONE_RULES: note[0]}))

    def _put_meta(self, there: list[tuple[int, str]]) -> None:
        for number, text in there:
            meta = json.loads(text)
            if (rules := meta.pop(ZONE_RULES, None)) is not None:
                self._connection.execute(NOTE, (ZONE_RULES, rules))
            self._connection.execute(PUT_DOCUMENT, (META, number, _meta_text(meta)))


def move_into_database(folder: Path, file: str, address: Address, say: Progress) -> str:
    """Fills an empty database with what a file holds, and tells in a sentence what that was. Blocking.

    Raises:
        StoreBusyError: the bot that owns the file is running.
        UnfitFileError: the database holds something else; nothing changed.
        StoreAwayError, StoreVersionError: the database cannot be used.
        OSError: there is no such file.
    """
    path = folder / file
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "No such file", str(path))
    with take_lock(folder), answering(address), psycopg.connect(address.conninfo(), autocommit=True) as connection:
        check_schema(connection, address)
        _begin(connection, address, str(path.resolve()))
        source = _opened(path)
        try:
            told = _move(FileEnd(source), DatabaseEnd(connection), say)
        finally:
            source.close()
        with connection.transaction():
            connection.execute(AFTER_THE_LAST)
            connection.execute("DELETE FROM notes WHERE name = %s", (MOVING,))
    return f"{address} holds {told}"


def move_into_file(address: Address, folder: Path, file: str, say: Progress) -> str:
    """Makes a file of the embedded store that holds what a database does. Blocking.

    Raises:
        UnfitFileError: processes still work on the database.
        StoreBusyError: another bot owns the folder.
        StoreAwayError, StoreVersionError: the database cannot be used.
        OSError: the file exists or cannot be written.
    """
    with answering(address), psycopg.connect(address.conninfo()) as connection:
        check_schema(connection, address)
        _nobody_works(connection, address)
    with take_lock(folder):
        return copy_into_file(address, folder / file, say)


def copy_into_file(address: Address, path: Path, say: Progress = lambda _: None) -> str:
    """`move_into_file` of one moment, while work goes on. Blocking.

    Raises:
        StoreAwayError, StoreVersionError: the database cannot be used.
        OSError: the file exists or cannot be written.
    """
    if path.exists():
        raise FileExistsError(errno.EEXIST, "File exists", str(path))
    part = path.with_name(path.name + PART)
    with answering(address), psycopg.connect(address.conninfo(), autocommit=True) as connection:
        check_schema(connection, address)
        check_whole(connection, address)
        with _one_moment(connection):
            target = DatabaseFile(part)
            try:
                told = _move(DatabaseEnd(connection), FileEnd(target), say)
            finally:
                target.close()
    part.replace(path)
    sync_folder(path.parent)
    return f"{path} holds {told}"


def _move(source: End, target: End, say: Progress) -> str:
    """Writes what differs, then looks again whether anything does; tells how much there is."""
    rest = sorted((source.homes() | target.homes()) - set(FIRST))
    counts: dict[str, int] = {}
    for is_leaving, homes in ((False, (*FIRST, *rest)), (True, (*rest, *reversed(FIRST)))):
        for home in homes:
            written = 0
            for batch in _batches(_differences(source, target, home, is_leaving=is_leaving)):
                target.put(home, batch)
                written += len(batch)
                say(f"{home}: {written} {'dropped' if is_leaving else 'written'} ...")
    for home in (*FIRST, *rest):
        counts[home] = sum(1 for _ in source.documents(home))
        if wrong := next(_differences(source, target, home), None):
            raise StoreBrokenError(f"{home} {wrong[0]}: expected what the source holds, got something else. Try again.")
    return f"{counts[CHATS]} chats, {counts[ROWS]} messages and {sum(counts[home] for home in rest)} other documents."


def _differences(
    source: End, target: End, home: str, *, is_leaving: bool | None = None
) -> Iterator[tuple[int, str | None]]:
    """What the target must hold and does not, by id; only what must leave, or only what must come, unless None."""
    both = merge(
        ((number, 0, text) for number, text in source.documents(home)),
        ((number, 1, text) for number, text in list(target.documents(home))),
    )
    for number, found in groupby(both, key=itemgetter(0)):
        texts = {end: text for _, end, text in found}
        wanted = texts.get(0)
        if wanted != texts.get(1) and is_leaving in (None, wanted is None):
            yield number, wanted


def _batches(changes: Iterator[tuple[int, str | None]]) -> Iterator[dict[int, str | None]]:
    while batch := dict(islice(changes, A_BATCH)):
        yield batch


def _opened(path: Path) -> DatabaseFile:
    """The file, of today's format."""
    file = DatabaseFile(path)
    try:
        bring_up_to_date(DurableDB(file), path)
    except BaseException:
        file.close()
        raise
    return file


def _begin(connection: Connection, address: Address, source: str) -> None:
    """Notes that the database is being filled from this source, which it may have been before a kill."""
    _nobody_works(connection, address)
    row = connection.execute("SELECT value FROM notes WHERE name = %s", (MOVING,)).fetchone()
    used = connection.execute(IS_USED).fetchone()
    if row is None and used is not None and used[0]:
        raise UnfitFileError([_problem(address, "a database without chats and messages", "one that is in use")])
    if row is not None and row[0] != source:
        raise UnfitFileError([_problem(address, f"the rest of a move from {row[0]}", f"one from {source}")])
    connection.execute(NOTE, (MOVING, source))


def check_whole(connection: Connection, address: Address) -> None:
    """Makes sure that no move into the database was broken off.

    Raises:
        UnfitFileError: one was.
    """
    row = connection.execute("SELECT value FROM notes WHERE name = %s", (MOVING,)).fetchone()
    if row is not None:
        raise UnfitFileError([_problem(address, "a whole store", f"one half of what {row[0]} holds")])


def _nobody_works(connection: Connection, address: Address) -> None:
    row = connection.execute(LIVING).fetchone()
    if row is not None and row[0]:
        got = f"{row[0]} running sitrep"
        raise UnfitFileError([_problem(address, "a database that nobody works with", got)])


def _problem(address: Address, expected: str, got: str) -> Problem:
    fix = "Stop what runs, give another one, or repeat the same `sitrep move`."
    return Problem(where=str(address), expected=expected, got=got, fix=fix)


@contextmanager
def _one_moment(connection: Connection) -> Iterator[None]:
    """Lets everything read inside be of one moment."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _plain(home: str, text: str) -> str:
    """A document in the one way that this program writes it, without what belongs to one end alone."""
    if home == CHATS:
        return chat_text(read_chat(text))
    if home == ROWS:
        return row_text(read_row(text))
    if home == PICTURES:
        found = read_picture(text)
        return picture_text(replace(found, file_ids=tuple(sorted(found.file_ids))))
    if home == CONTENTS:
        return content_text(read_content(text))
    return _meta_text(json.loads(text)) if home == META else text


def _meta_text(meta: Mapping[str, Any]) -> str:
    return json.dumps({name: meta[name] for name in sorted(meta) if name != "to_scrub"})


def _picture_text(columns: list[Any]) -> str:
    key, png, kept, files = columns
    file_ids = tuple((int(bot), file_id) for bot, file_id in files or ())
    return picture_text(KeptPicture(key=key, png=bytes(png), kept=kept, file_ids=file_ids))


def _row(columns: list[Any]) -> Row:
    chat, key, state, content, thread, silent, attempts, doubts, *moments, reason = columns
    not_before, queued, settled = moments
    return Row(
        chat=chat,
        key=key,
        state=State(state),
        content=content,
        thread=thread,
        silent=silent,
        attempts=attempts,
        doubts=doubts,
        not_before=not_before,
        queued=queued,
        settled=settled,
        reason=reason,
    )


def _columns(row: Row) -> tuple[object, ...]:
    return (
        row.chat,
        row.key,
        row.state,
        row.content,
        row.thread,
        row.silent,
        row.attempts,
        row.doubts,
        row.not_before,
        row.queued,
        row.settled,
        row.reason,
        NOBODY if row.state is State.SENDING else None,
    )
