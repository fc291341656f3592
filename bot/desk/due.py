"""When a briefing is due: pure calendar arithmetic.

A local time is turned into UTC with fold 0 (RFC 5545): one that a clock change skips counts with the offset before
the gap, one that comes twice is its first occurrence. So there is exactly one occurrence a calendar day in every zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.chats import Chat, Quiet, Schedule

DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
FORWARD = range(-2, 12)  #: days; no offset or clock change reaches two, a week and a day hold every day of the week
BACKWARD = range(2, -12, -1)
GRACE = timedelta(minutes=15)  #: a briefing that comes later than this says so


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Occurrence:
    """One briefing that was or will be owed: the moment, UTC, and the local day and time it is meant for."""

    moment: datetime
    day: date
    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The one briefing a chat is to get now, and the chat as it is once that is queued."""

    newest: Occurrence
    is_late: bool
    after: Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A briefing is owed but too late for the hour: the chat wants quiet until ``until``, UTC."""

    until: datetime


@lru_cache(maxsize=4096)  # a tick asks for the same few days of the same schedules over and over
def occurrence(at: time, zone: str, day: date) -> Occurrence:
    """What is meant for ``at`` on ``day`` in ``zone``."""
    return Occurrence(moment=datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC), day=day, at=at)


def last_due(schedule: Schedule, zone: str, now: datetime) -> Occurrence:
    """The latest occurrence not after ``now``; of several at one moment (a skipped calendar day) the newest day."""
    return next(found for found in _days(schedule, zone, now, BACKWARD) if found.moment <= now)


def first_due(schedule: Schedule, zone: str, since: datetime) -> Occurrence:
    """The first occurrence that is after ``since``, after the schedule was chosen, and not done."""
    since = max(since, schedule.since)
    return next(
        found
        for found in _days(schedule, zone, max(since, _start_of(schedule.done)), FORWARD)
        if found.moment > since and (schedule.done is None or found.day > schedule.done)
    )


def owed(chat: Chat, now: datetime) -> Owed | Held | None:
    """The one briefing a chat is to get now: the newest, however many were missed; None when none is due."""
    if chat.zone is None or is_away(chat, now):
        return None
    missed = {}
    for schedule in chat.schedules:
        newest = last_due(schedule, chat.zone, now)
        if newest >= first_due(schedule, chat.zone, _silent_until(chat)):
            missed[schedule.at] = newest
    if not missed:
        return None
    newest = max(missed.values())
    is_late = now - newest.moment > GRACE
    if is_late and chat.choices.quiet is not None:
        until = quiet_until(chat.choices.quiet, chat.zone, now)
        if until is not None:
            return Held(until=until)
    schedules = tuple(
        replace(schedule, done=missed[schedule.at].day) if schedule.at in missed else schedule
        for schedule in chat.schedules
    )
    after = replace(chat, schedules=schedules)
    return Owed(newest=newest, is_late=is_late, after=replace(after, next_due=next_moment(after)))


def next_moment(chat: Chat) -> datetime | None:
    """When the chat's next briefing is owed; None for never."""
    if chat.zone is None or (chat.away is not None and chat.away.until is None):
        return None
    silent = _silent_until(chat)
    return min((first_due(schedule, chat.zone, silent).moment for schedule in chat.schedules), default=None)


def is_pictured(chat: Chat, day: date) -> bool:
    """Whether the briefing of a local day is to come with a picture: wanted, and none in the six days before."""
    is_due = chat.pictured is None or day - chat.pictured >= A_WEEK
    return chat.choices.pictures.weekly and is_due


def is_away(chat: Chat, now: datetime) -> bool:
    """Whether the chat has asked for silence that is not over."""
    return chat.away is not None and (chat.away.until is None or now < chat.away.until)


def quiet_until(quiet: Quiet, zone: str, now: datetime) -> datetime | None:
    """When the quiet hours that hold at ``now`` end, UTC; None outside them."""
    today = now.astimezone(ZoneInfo(zone)).date()
    for day in (today - DAY, today):
        begins = occurrence(quiet.begins, zone, day).moment
        ends = occurrence(quiet.ends, zone, day if quiet.begins < quiet.ends else day + DAY).moment
        if begins <= now < ends:
            return ends
    return None


def _silent_until(chat: Chat) -> datetime:
    """The moment before which nothing is owed; what fell into a silence that was asked for is not made up for."""
    return chat.away.until if chat.away is not None and chat.away.until is not None else BEGINNING


def _start_of(day: date | None) -> datetime:
    return BEGINNING if day is None else datetime.combine(day, time(), tzinfo=UTC)


def _days(schedule: Schedule, zone: str, moment: datetime, shifts: range) -> Iterator[Occurrence]:
    """The occurrences of the days about ``moment``, in the order of ``shifts``."""
    today = moment.astimezone(ZoneInfo(zone)).date()
    for shift in shifts:
        day = today + shift * DAY
        if day.weekday() in schedule.days:
            yield occurrence(schedule.at, zone, day)
