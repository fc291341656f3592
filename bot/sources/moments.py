"""Reading the moments that pages and feeds state, and knowing which of them cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  #: no news page is older than the web
TOLERANCE = timedelta(days=1)  #: ahead of the clock, for wrong zones
_LONGEST = 80  #: characters of a date


def moment(words: str) -> datetime | None:
    """A date or date-time of ISO 8601 or RFC 2822, in UTC; a bare day is its midnight, a time without zone is UTC's."""
    words = words.strip()[:_LONGEST]
    for read in (datetime.fromisoformat, _day, parsedate_to_datetime):
        try:
            found = read(words)
            return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def doubt(stated: datetime, now: datetime) -> str | None:
    """Why a stated moment cannot be that of publication; None when it can."""
    if stated > now + TOLERANCE:
        return "it lies in the future"
    if stated < EARLIEST:
        return f"it is before {EARLIEST.year}"
    return None


def _day(words: str) -> datetime:
    day = date.fromisoformat(words[:10].replace("/", "-"))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
