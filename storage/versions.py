"""Which format a database has, and how it comes from an older one to today's."""

from __future__ import annotations

from pathlib import Path

from bot.errors import StoreVersionError
from storage.codec import FORMAT
from storage.durable import DurableDB

META = "meta"


def check_format(database: DurableDB, path: Path) -> None:
    """Makes sure that the database has today's format; an empty one is given it.

    Raises:
        StoreVersionError: a later version of the program wrote it.
    """
    meta = database.table(META)
    found = meta.get(doc_id=1)
    if found is None:
        meta.put(1, {"format": FORMAT})
        return
    if found["format"] != FORMAT:
        raise StoreVersionError(
            f"{path}: expected a store of format {FORMAT}, got one of format {found['format']}. "
            "A later version of sitrep wrote it: run that version."
        )
