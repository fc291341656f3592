"""When a server may be asked again: its own headers, and a pause that grows while it fails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST_PAUSE = timedelta(minutes=1)  #: after one failure; it doubles with each more
LONGEST_PAUSE = timedelta(days=1)  #: also the most that a server's own wish is followed
_DOUBLINGS = 11  #: until the longest pause is reached
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_NEVER_FRESH = re.compile(r"(?:^|,)\s*no-(?:cache|store)\s*(?:$|,)", re.IGNORECASE)
_MOST_DIGITS = 9  #: of a number of seconds; more is longer than anybody waits


def back_off(failures: int, asked: timedelta | None = None) -> timedelta:
    """How long to leave a host alone after this many failures in a row (1 or more), and no less than it asked for."""
    grown = FIRST_PAUSE * (1 << min(max(failures, 1) - 1, _DOUBLINGS))
    return min(max(grown, asked or timedelta()), LONGEST_PAUSE)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The wait a ``Retry-After`` header asks for, in seconds or as a date; None when it says nothing that holds."""
    if value is None:
        return None
    value = value.strip()
    seconds = _seconds(value)
    if seconds is not None:
        return seconds
    moment = _moment(value)
    return max(moment - now, timedelta()) if moment is not None else None


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long an answer holds by its caching headers; zero when they do not say, at most ``LONGEST_PAUSE``."""
    control = headers.get("Cache-Control", "")
    if _NEVER_FRESH.search(control):
        return timedelta()
    found = _MAX_AGE.search(control)
    if found:
        stated = _seconds(found[1]) or timedelta()
        stated -= _seconds(headers.get("Age", "").strip()) or timedelta()
    else:
        expires = _moment(headers.get("Expires", ""))
        stated = expires - (_moment(headers.get("Date", "")) or now) if expires is not None else timedelta()
    return min(max(stated, timedelta()), LONGEST_PAUSE)


def _seconds(value: str) -> timedelta | None:
    if not (value.isascii() and value.isdecimal()):
        return None
    return timedelta(seconds=int(value)) if len(value) <= _MOST_DIGITS else LONGEST_PAUSE


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
