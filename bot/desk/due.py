"""When a daily briefing is due: pure calendar arithmetic.

A local time is turned into UTC with fold 0 (RFC 5545): one that a clock change skips counts with the offset before
the gap, one that comes twice is its first occurrence. So there is exactly one occurrence a calendar day in every zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.ports import Chat, Mark, Schedule

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Occurrence:
    """One briefing that was or will be owed: the moment, UTC, and the local day it is meant for."""

    moment: datetime
    day: date


@lru_cache(maxsize=4096)  # a tick asks for the same few days of the same schedules over and over
def occurrence(schedule: Schedule, day: date) -> Occurrence:
    """The occurrence meant for ``day``."""
    local = datetime.combine(day, schedule.at, tzinfo=ZoneInfo(schedule.zone))
    return Occurrence(moment=local.astimezone(UTC), day=day)


def last_due(schedule: Schedule, now: datetime) -> Occurrence:
    """The latest occurrence not after ``now``; of several at one moment (a skipped calendar day) the newest day."""
    return max(found for found in _around(schedule, now) if found.moment <= now)


def first_due(schedule: Schedule, since: datetime, mark: Mark | None) -> Occurrence:
    """The first occurrence after ``since`` that ``mark`` has not covered.

    A mark for another schedule covers nothing: who changes the time gets a briefing at the new one.
    """
    found = min(found for found in _around(schedule, since) if found.moment > since)
    if mark is not None and mark.schedule == schedule:
        return max(found, occurrence(schedule, mark.day + DAY))
    return found


def owed(chat: Chat, now: datetime) -> Occurrence | None:
    """The one briefing a chat is to get now: the newest, however many were missed; None when none is due."""
    if chat.schedule is None or chat.since is None:
        return None
    newest = last_due(chat.schedule, now)
    return newest if newest >= first_due(chat.schedule, chat.since, chat.mark) else None


def _around(schedule: Schedule, moment: datetime) -> list[Occurrence]:
    """The occurrences of the days about ``moment``; no offset or clock change reaches two days."""
    today = moment.astimezone(ZoneInfo(schedule.zone)).date()
    return [occurrence(schedule, today + shift * DAY) for shift in range(-2, 3)]
