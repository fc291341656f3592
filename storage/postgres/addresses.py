"""Where the database is, and what its errors are called here. No text made here holds a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.errors import ConfigurationError, Problem, StoreAwayError

CONNECTION: dict[str, Any] = {
    "application_name": "sitrep",
    "client_encoding": "utf8",
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  #: what an address does not say itself; a cut line is noticed within about ten seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A database, as a ``postgresql://`` URL; ``password`` is for a URL without one.

    Raises:
        ConfigurationError: the URL cannot be read.
    """

    url: str = field(repr=False)
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        try:
            conninfo_to_dict(self.url)
        except psycopg.ProgrammingError:  # its text repeats the URL
            raise ConfigurationError(
                [
                    Problem(
                        where="the address of the database",
                        expected="one like postgresql://user@host:5432/name",
                        got="one that PostgreSQL's library cannot read (not shown, for it may hold a password)",
                        fix="Write a password's special characters as %XX, or put it into a file.",
                    )
                ]
            ) from None

    def conninfo(self) -> str:
        """What PostgreSQL's library is given."""
        said = {name: value for name, value in conninfo_to_dict(self.url).items() if value is not None}
        password = {} if self.password is None or "password" in said else {"password": self.password}
        return make_conninfo("", **{**CONNECTION, **said, **password})

    def secrets(self) -> tuple[str, ...]:
        """What must never be logged."""
        said = conninfo_to_dict(self.url)
        return tuple({str(secret) for secret in (said.get("password"), self.password) if secret})

    def __str__(self) -> str:
        said = conninfo_to_dict(self.url)
        port = f":{said['port']}" if said.get("port") else ""
        return f"database {said.get('dbname') or 'by default'} at {said.get('host') or 'this machine'}{port}"


@contextmanager
def answering(address: Address) -> Iterator[None]:
    """Tells a database that is out of reach, or cannot work now, as one error that work may be repeated after.

    Raises:
        StoreAwayError: it does not answer.
    """
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise away(address, error) from None


def away(address: Address, error: psycopg.Error) -> StoreAwayError:
    """The error in the words of this program."""
    reason = " ".join(str(error).split()) or type(error).__name__
    for secret in address.secrets():
        reason = reason.replace(secret, "[password]")
    return StoreAwayError(f"{address}: expected an answer, got: {reason}. Is the server running and reachable?")
