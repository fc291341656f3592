"""The copying of one store into another."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.app.stores import address_of
from bot.app.telling import Say
from bot.errors import ConfigurationError, Problem
from bot.settings import EXPECTED, POSTGRESQL, PREFIX, Settings

if TYPE_CHECKING:
    from storage.postgres.addresses import Address


async def move(settings: Settings, source: str, target: str, say: Say) -> str:
    """Copies one store into another that is empty, and tells in a sentence what it holds then.

    Raises:
        ConfigurationError: not one of them is a file and the other a database.
        SitrepError: one of them cannot be used.
        OSError: the file cannot be read or written.
    """
    ends = [_database_at(settings, words) for words in (source, target)]
    if (ends[0] is None) == (ends[1] is None):
        fix = "Give data/sitrep.db and store, or the other way round."
        got = f"{'two files' if ends[0] is None else 'two databases'}"
        where = "sitrep move FROM TO"
        raise ConfigurationError([Problem(where=where, expected="a file and a database", got=got, fix=fix)])
    from storage.postgres.moving import move_into_database, move_into_file

    if ends[1] is not None:
        file = Path(source)
        return await asyncio.to_thread(move_into_database, file.parent, file.name, ends[1], say)
    if ends[0] is None:
        raise TypeError("expected a database")
    file = Path(target)
    return await asyncio.to_thread(move_into_file, ends[0], file.parent, file.name, say)


def _database_at(settings: Settings, words: str) -> Address | None:
    """The database that somebody named: by its address, or as the one of the settings; None for a file's name."""
    if words == "store":
        found = address_of(settings)
        if found is None:
            fix = "Set it, or give an address."
            raise ConfigurationError(
                [Problem(where=f"{PREFIX}STORE", expected=EXPECTED["store"], got="nothing", fix=fix)]
            )
        return found
    return address_of(settings.model_copy(update={"store": SecretStr(words)})) if words.startswith(POSTGRESQL) else None
