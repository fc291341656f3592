"""What can come of asking for a web address; whatever a server does is one of these values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import Problem
from bot.ports import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body, decompressed, from ``url``, the address after all redirects.

    ``moved`` is the address to ask from now on, when every redirect was permanent. ``fresh_for`` is how long the
    server says that the answer holds.
    """

    url: str
    body: bytes
    media_type: str
    charset: str | None = None
    validators: Validators = field(default_factory=Validators)
    fresh_for: timedelta = timedelta()
    moved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """Nothing changed since the answer that the validators came with."""

    validators: Validators = field(default_factory=Validators)
    fresh_for: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAt:
    """It may work later; not before ``at``, UTC."""

    at: datetime
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It will not work until somebody changes something: the address, the server, its robots.txt or the settings.

    ``private`` says that the host is not on the public internet.
    """

    problem: Problem
    private: bool = False


Outcome = Fetched | NotModified | RetryAt | Refused
