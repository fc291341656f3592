"""Dates in words a reader takes in at a glance, as vague as the text."""

from __future__ import annotations

from datetime import date

from bot.digest.model import Basis, Grain, Published, Source, When
from bot.render.words import phrase, read_date, say

INFERRED = "≈"  #: before a date that no article prints, or that is counted from one
# translators: after the colon stands a pattern of Unicode's: d day, MMM month, LLLL month by itself, y year, EEE day
# of the week, HH hour, mm minute
DAY = phrase("{day:EEE d MMM y}")


def published(source: Source) -> str:
    """When an article appeared: "12 Nov 2024", with the sign when the date is inferred."""
    return day_of(source.article.published)


def day_of(published: Published) -> str:
    """The day of an article, with the sign when it is inferred."""
    return _signed(_day(published.day), published.basis is Basis.INFERRED)


def dated(when: When, source: Source) -> str:
    """The date an expression of this source names, with the sign when it is counted from an inferred date."""
    return _signed(words(when), when.reckoned and source.article.published.basis is Basis.INFERRED)


def words(when: When) -> str:
    """A stretch of days: "Mon 11 Nov 2024", "Nov 2024", "4 to 10 Nov 2024", "until 9 Nov 2024"."""
    first, last = when.first, when.last
    if first is None or last is None:
        if last is not None:
            return say("until {day:d MMM y}", day=last)
        return say("from {day:d MMM y}", day=first or date.min)
    match when.grain:
        case Grain.DAY:
            return say(DAY, day=first) if first == last else _range(first, last)
        case Grain.MONTH if (first.year, first.month) == (last.year, last.month):
            return say("{month:LLL y}", month=first)
        case Grain.YEAR if first.year == last.year:
            return say("{year:y}", year=first)
        case Grain.DECADE:
            return say("{year:y}s", year=first)
        case _:
            return _range(first, last)


def between(first: str, last: str) -> str:
    """Two dates that are written already, once if they are the same."""
    return first if first == last else say("{first} to {last}", first=first, last=last)


def read_day(text: str) -> date | None:
    """The day that ``words`` writes so; None for anything else."""
    return read_date(DAY, text.removeprefix(INFERRED).strip(), "day")


def _range(first: date, last: date) -> str:
    """Two days with what they share said once."""
    if (first.year, first.month) == (last.year, last.month):
        return say("{first:d} to {last:d MMM y}", first=first, last=last)
    if first.year == last.year:
        return say("{first:d MMM} to {last:d MMM y}", first=first, last=last)
    return say("{first:d MMM y} to {last:d MMM y}", first=first, last=last)


def _day(day: date) -> str:
    return say("{day:d MMM y}", day=day)


def _signed(text: str, inferred: bool) -> str:
    return f"{INFERRED} {text}" if inferred else text
