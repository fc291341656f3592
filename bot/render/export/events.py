"""The dated events of a story as a calendar (RFC 5545): whole days, each with its tellings and where they stand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import blake2b

from icalendar import Calendar, Event

from bot.digest.model import Account, Digest, Entry, EventStatus
from bot.render import calendar
from bot.render.snippets import one_line
from bot.render.timeline import STATUSES
from bot.render.words import say

PRODUCT = "-//Sitrep//Story//EN"
SUMMARY_LIMIT = 120  #: characters of an event's title; its description has all
HOST = "sitrep.invalid"  #: what makes the events' ids unlike those of other programs (RFC 2606)


def as_calendar(digest: Digest, title: str, now: datetime) -> bytes:
    """The calendar. An event with an open end stands on the day that is known; one without a date is left out."""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("x-wr-calname", title)
    for entry in digest.timeline:
        if (days := _days(entry)) is not None:
            file.add_component(_event(digest, entry, days, now))
    return bytes(file.to_ical())


def _days(entry: Entry) -> tuple[date, date] | None:
    """The first and the last day, both included."""
    if entry.when is None:
        return None
    first, last = entry.when.first or entry.when.last, entry.when.last or entry.when.first
    return None if first is None or last is None else (first, last)


def _event(digest: Digest, entry: Entry, days: tuple[date, date], now: datetime) -> Event:
    first, last = days
    account = entry.accounts[0]
    words = _clause(digest, account)
    event = Event()
    event.add("uid", f"{blake2b(f'{first}{last}{words}'.encode(), digest_size=12).hexdigest()}@{HOST}")
    event.add("dtstamp", now)
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", words if len(words) <= SUMMARY_LIMIT else words[:SUMMARY_LIMIT].rsplit(" ", 1)[0] + " […]")
    event.add("description", "\n\n".join(_telling(digest, one) for one in entry.accounts))
    event.add("transp", "TRANSPARENT")
    if account.event.status is EventStatus.PLANNED:
        event.add("status", "TENTATIVE")
    source = digest.sources[account.citation.source - 1]
    if source.article.url:
        event.add("url", source.article.url)
    return event


def _telling(digest: Digest, account: Account) -> str:
    """The sentence, what it says of the event, the words that date it, and where it stands."""
    source = digest.sources[account.citation.source - 1]
    article = source.article.text
    lines = [f"“{one_line(account.citation.sentence.of(article))}”"]
    about = [say(STATUSES[account.event.status])] if STATUSES[account.event.status] else []
    time = account.event.time
    if time is not None and time.when is not None:
        about.append(f"“{one_line(time.span.of(article))}”: {calendar.dated(time.when, source)}")
    if about:
        lines.append(" · ".join(about))
    lines.append(f"[{source.number}] {source.label}, {calendar.published(source)}")
    return "\n".join(lines)


def _clause(digest: Digest, account: Account) -> str:
    article = digest.sources[account.citation.source - 1].article.text
    return " […] ".join(one_line(piece.of(article)) for piece in account.event.clause)
