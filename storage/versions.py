"""Which format a database has, and how it comes from an older one to today's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.errors import StoreBrokenError, StoreVersionError
from storage import format_1, format_2
from storage.codec import FORMAT, FormatError
from storage.database_file import sync_folder
from storage.durable import Data, DurableDB, encode

META = "meta"
OLD_CHATS = {"sitrep.db": "chats.json", "sandbox.db": "sandbox-chats.json"}  #: of format 1
OLD_STORY = "story.json"
ASIDE = ".v1"


def bring_up_to_date(database: DurableDB, path: Path) -> None:
    """Makes sure that the database has today's format; a new one takes over what an older version left beside it.

    The old files are kept, under names that end in ``.v1``.

    Raises:
        StoreVersionError: a later version of the program wrote it.
        StoreBrokenError: the old files cannot be read; they are left as they are.
    """
    found = database.table(META).get(doc_id=1)
    if found is not None:
        check_format(found.get("format"), path)
        if found["format"] == format_2.FORMAT:
            _write(database, format_2.documents_of_story(_tables(database)), {**found, "format": FORMAT})
        return
    old = [path.with_name(OLD_CHATS.get(path.name, path.name + ".json")), path.with_name(OLD_STORY)]
    documents = {**_old_chats(old[0]), **_old_story(old[1])}
    _write(database, documents, {"format": FORMAT})
    for file in old:
        if file.exists():
            file.rename(free_name(file, ASIDE))
    sync_folder(path.parent)


def check_format(found: object, where: object) -> None:
    """Makes sure that a store is of today's format, or of one that becomes it when the store is opened.

    Raises:
        StoreVersionError: a later version of the program wrote it.
    """
    if found not in (format_2.FORMAT, FORMAT):
        raise StoreVersionError(
            f"{where}: expected a store of format {FORMAT}, got one of format {found}. "
            "A later version of sitrep wrote it: run that version."
        )


def _tables(database: DurableDB) -> Mapping[str, Mapping[int, str]]:
    return {name: database.storage.texts(name) for name in database.tables()}


def _write(database: DurableDB, documents: format_1.Documents, note: Data) -> None:
    """Changes tables together with the note on the store, lastingly."""
    with database.storage.step() as step:
        for name, table in documents.items():
            database.storage.change_texts(name, table)
        database.table(META).put(1, encode(note))
    database.storage.file.write(step.after)


def free_name(file: Path, ending: str) -> Path:
    """The file's name with ``ending``, and a number if that is taken."""
    wanted = file.with_name(file.name + ending)
    number = 1
    while wanted.exists():
        number += 1
        wanted = file.with_name(f"{file.name}{ending}.{number}")
    return wanted


def _old_chats(file: Path) -> format_1.Documents:
    if not file.exists():
        return {}
    try:
        return format_1.documents_of_chats(file.read_text(encoding="utf-8"))
    except (FormatError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise StoreBrokenError(
            f"{file}: expected the subscriptions of an older version, got a file that cannot be read ({error}). "
            "Put a copy in its place; or move it away, and everybody subscribes again."
        ) from error


def _old_story(file: Path) -> format_1.Documents:
    try:
        return format_2.documents_of_story(format_1.documents_of_story(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
