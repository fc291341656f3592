"""Dates in words a reader takes in at a glance, as vague as the text."""

from __future__ import annotations

from datetime import date

from bot.digest.model import Basis, Grain, Published, Source, When

INFERRED = "≈"  #: before a date that no article prints, or that is counted from one


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
        return f"until {_day(last)}" if last is not None else f"from {_day(first or date.min)}"
    match when.grain:
        case Grain.DAY:
            return f"{first:%a} {_day(first)}" if first == last else _range(first, last)
        case Grain.MONTH if (first.year, first.month) == (last.year, last.month):
            return f"{first:%b} {first.year}"
        case Grain.YEAR if first.year == last.year:
            return str(first.year)
        case Grain.DECADE:
            return f"{first.year}s"
        case _:
            return _range(first, last)


def _range(first: date, last: date) -> str:
    """Two days with what they share said once."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%b} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def _signed(text: str, inferred: bool) -> str:
    return f"{INFERRED} {text}" if inferred else text
