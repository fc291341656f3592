"""What is wrong with a database, in sentences, and a sound one made of what can be read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.digest.model import Digest
from bot.digest.patching import PatchError, patched
from bot.stories import StoryName
from storage.broadcasts_table import BROADCASTS
from storage.chats_table import CHATS
from storage.codec import (
    FORMAT,
    FormatError,
    article_of,
    read_broadcast,
    read_chat,
    read_content,
    read_filed,
    read_keys,
    read_news,
    read_piece,
    read_report,
    read_row,
    read_source,
    read_topic,
    read_words,
)
from storage.copies import FRESH, put_in_place
from storage.database_file import APPLICATION, DatabaseFile, Place, connect, integrity_faults
from storage.durable import THERE
from storage.news_table import NEWS, SPREADING
from storage.outbox_table import CONTENTS, ROWS
from storage.owner import take_lock
from storage.sources_table import SOURCES
from storage.story_tables import ARTICLES, DIGESTS, KNOWN, LIBRARY, REPORTS
from storage.topics_table import DISMISSED, TOPICS
from storage.versions import META, check_format

DAMAGED = ".damaged"
STORY = (LIBRARY, ARTICLES, REPORTS, DIGESTS, KNOWN)
TABLES = (META, CHATS, CONTENTS, ROWS, BROADCASTS, SOURCES, NEWS, SPREADING, TOPICS, DISMISSED, *STORY)

Texts = dict[str, dict[int, str]]


@dataclass(slots=True)
class Finding:
    """What can be kept of a database, and what was found wrong; nothing wrong means that it stays as it is."""

    texts: Texts = field(default_factory=lambda: {name: {} for name in TABLES})
    faults: list[str] = field(default_factory=list)

    def leave_out(self, table: str, key: int, why: str) -> None:
        """One document is not kept."""
        self.texts[table].pop(key, None)
        self.faults.append(f"{_NAMES[table]} {key}: {why}. It is left out.")


_NAMES = {
    META: "The note on the format",
    CHATS: "Chat",
    CONTENTS: "Text",
    ROWS: "Message",
    BROADCASTS: "Broadcast",
    SOURCES: "Source",
    TOPICS: "Story that an operator declared",
    DISMISSED: "Words that are not wanted",
    NEWS: "News",
    SPREADING: "The note on spreading news",
    LIBRARY: "The library's note",
    ARTICLES: "Article",
    REPORTS: "Report",
    DIGESTS: "Piece of a digest",
    KNOWN: "Keys of alerts",
}


def repair(folder: Path, database: str) -> tuple[str, ...]:
    """Looks at a database, saves what can be read when it is damaged, and tells all that in sentences. Blocking.

    The damaged file is kept beside the new one.

    Raises:
        StoreBusyError: the bot is running.
        StoreVersionError: a later version wrote the database; it is left as it is.
    """
    path = folder / database
    if not path.exists():
        return (f"There is no database {path}: nothing to repair.",)
    with take_lock(folder):
        found = examine(path)
        count = f"{len(found.texts[CHATS])} chats, {len(found.texts[ROWS])} messages in the outbox"
        if not found.faults:
            return (
                f"{path} is sound: {count}.",
                "What is asked of it often, as who is due, is worked out anew at each start and cannot be damaged.",
            )
        kept = put_in_place(_written(found, path), path, DAMAGED)
        return (*found.faults, f"A new database holds what could be read: {count}.", f"The damaged one is {kept}.")


def examine(path: Path) -> Finding:
    """What can be kept of a database, and what is wrong with it."""
    found = Finding()
    with closing(connect(path)) as connection:
        if not _is_ours(connection):
            found.faults.append(f"{path} is no database of sitrep, or its first page is lost: nothing can be read.")
            return found
        if faults := integrity_faults(connection):
            found.faults.append(f"SQLite finds the file damaged: {'; '.join(faults)}.")
        for table in TABLES:
            found.texts[table] = dict(_salvaged(connection, table))
    _check_meta(found, path)
    for table, read in (
        (CHATS, _read_chat),
        (CONTENTS, read_content),
        (ROWS, read_row),
        (BROADCASTS, read_broadcast),
        (SOURCES, read_source),
        (TOPICS, read_topic),
        (DISMISSED, read_words),
        (NEWS, read_news),
        (SPREADING, json.loads),
        (ARTICLES, read_filed),
        (REPORTS, article_of),
        (KNOWN, read_keys),
    ):
        _check_documents(found, table, read)
    _check_rows(found)
    for key in found.texts[SPREADING].keys() - found.texts[NEWS].keys():
        found.leave_out(SPREADING, key, "the news is missing")
    _check_story(found)
    return found


def _written(found: Finding, path: Path) -> Path:
    fresh = path.with_name(path.name + FRESH)
    fresh.unlink(missing_ok=True)
    file = DatabaseFile(fresh)
    try:
        places: dict[Place, str | None] = {(name, None): THERE for name in found.texts}
        places |= {(name, key): text for name, table in found.texts.items() for key, text in table.items()}
        file.write(places)
    finally:
        file.close()
    return fresh


def _is_ours(connection: sqlite3.Connection) -> bool:
    try:
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(owner == APPLICATION)


def _salvaged(connection: sqlite3.Connection, table: str) -> Iterator[tuple[int, str]]:
    """The documents that can be reached from either end of a table."""
    for order in ("ASC", "DESC"):
        query = f"SELECT id, document FROM documents WHERE home = ? ORDER BY id {order}"  # noqa: S608
        try:
            yield from connection.execute(query, (table,))
        except sqlite3.DatabaseError:
            continue
        return


def _check_meta(found: Finding, path: Path) -> None:
    text = found.texts[META].get(1)
    try:
        written = json.loads(text or "").get("format")
    except (json.JSONDecodeError, AttributeError):
        found.faults.append(f"The note on the store's format is lost; it is taken to be {FORMAT}.")
        found.texts[META] = {1: json.dumps({"format": FORMAT})}
        return
    check_format(written, path)


def _check_documents(found: Finding, table: str, read: Callable[[str], object]) -> None:
    for key, text in list(found.texts[table].items()):
        try:
            read(text)
        except (FormatError, ValueError, KeyError, OSError) as error:
            found.leave_out(table, key, f"it cannot be read ({error})")


def _read_chat(text: str) -> None:
    chat = read_chat(text)
    if chat.zone is not None:
        ZoneInfo(chat.zone)


def _check_rows(found: Finding) -> None:
    """Each message has its text, each key of a chat is there once, and each text has a message."""
    seen: set[tuple[int, str]] = set()
    used: set[int] = set()
    for key, text in list(found.texts[ROWS].items()):
        row = read_row(text)
        if row.content is not None and row.content not in found.texts[CONTENTS]:
            found.leave_out(ROWS, key, f"its text {row.content} is missing")
        elif (row.chat, row.key) in seen:
            found.leave_out(ROWS, key, f"chat {row.chat} has another one under the same key, {row.key!r}")
        elif row.content is not None:
            used.add(row.content)
        seen.add((row.chat, row.key))
    for key in found.texts[CONTENTS].keys() - used:
        found.leave_out(CONTENTS, key, "no message says it")


def _check_story(found: Finding) -> None:
    """Each article has its report; the digests and what was read are sound, or everything is read anew."""
    for table, other in ((ARTICLES, REPORTS), (REPORTS, ARTICLES)):
        for key in found.texts[table].keys() - found.texts[other].keys():
            found.leave_out(table, key, f"its {_NAMES[other].lower()} is missing")
    try:
        for text in found.texts[REPORTS].values():
            read_report(text)
        digests: dict[StoryName, Digest] = {}
        for _, text in sorted(found.texts[DIGESTS].items()):
            piece = read_piece(text)
            digests[piece.story] = patched(digests.get(piece.story, Digest()), piece.patch)
    except (FormatError, PatchError) as error:
        found.faults.append(f"The story cannot be read ({error}). It is left out, and read anew from the articles.")
        found.texts[DIGESTS] = {}
        found.texts[LIBRARY] = {}
