"""The database of several machines that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import ConfigurationError, Problem
from bot.settings import PREFIX, Settings, password_of

if TYPE_CHECKING:
    from storage.postgres.addresses import Address
    from storage.postgres.store import PostgresStore


def address_of(settings: Settings) -> Address | None:
    """The database that several machines share; None when the store is a file of this one.

    Raises:
        ConfigurationError: its address cannot be read, or what is needed for it is not installed.
    """
    if settings.store is None:
        return None
    try:
        from storage.postgres.addresses import Address
    except ImportError as error:
        raise ConfigurationError([_not_installed(error)]) from error
    return Address(url=settings.store.get_secret_value(), password=password_of(settings))


def open_shared(settings: Settings) -> PostgresStore:
    """Opens the database that several machines share; blocking.

    Raises:
        TypeError: the settings name none.
        ConfigurationError: its address cannot be read, or what is needed for it is not installed.
        StoreVersionError, StoreAwayError: it does not open.
    """
    address = address_of(settings)
    if address is None:
        raise TypeError("expected the address of a database")
    from storage.postgres.store import open_store

    return open_store(address)


def _not_installed(error: ImportError) -> Problem:
    return Problem(
        where=f"{PREFIX}STORE",
        expected="the programs for PostgreSQL beside this one",
        got=str(error),
        fix='Install them: pip install "sitrep-briefing-bot[scale]".',
    )
