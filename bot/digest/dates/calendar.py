"""Stretches of the calendar: days, weeks, months, quarters ... with their TIMEX3 values, and steps between them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.digest.model import Grain

SEASONS = ("SP", "SU", "FA", "WI")  #: TIMEX3's names; they start in March, June, September and December


class Unit(StrEnum):
    """What time is counted in; the value is TIMEX3's letter, of hours and below behind a T."""

    SECOND = "TS"
    MINUTE = "TM"
    HOUR = "TH"
    DAY = "D"
    WEEKEND = "WE"
    WEEK = "W"
    MONTH = "M"
    QUARTER = "Q"
    HALF = "H"
    SEASON = "S"
    YEAR = "Y"
    DECADE = "E"
    CENTURY = "C"
    MILLENNIUM = "L"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A named stretch of the calendar, both ends included; ``value`` is its TIMEX3 value."""

    value: str
    grain: Grain
    first: date
    last: date


def of_day(day: date) -> Stretch:
    """That day."""
    return Stretch(value=day.isoformat(), grain=Grain.DAY, first=day, last=day)


def of_week(day: date) -> Stretch:
    """The ISO week, Monday to Sunday, around the day."""
    monday = day - timedelta(days=day.weekday())
    return Stretch(value=_week_value(day), grain=Grain.WEEK, first=monday, last=monday + timedelta(days=6))


def of_weekend(day: date) -> Stretch:
    """The Saturday and Sunday of the day's ISO week."""
    saturday = day + timedelta(days=5 - day.weekday())
    return Stretch(
        value=f"{_week_value(day)}-WE", grain=Grain.WEEKEND, first=saturday, last=saturday + timedelta(days=1)
    )


def of_month(year: int, month: int) -> Stretch:
    """That month; ``month`` may run over either end of the year."""
    first = _month_start(year, month)
    return Stretch(
        value=f"{first.year:04d}-{first.month:02d}", grain=Grain.MONTH, first=first, last=_month_end(first, 1)
    )


def of_quarter(year: int, quarter: int) -> Stretch:
    """That calendar quarter; ``quarter`` may run over either end of the year."""
    first = _month_start(year, quarter * 3 - 2)
    return Stretch(
        value=f"{first.year:04d}-Q{(first.month + 2) // 3}",
        grain=Grain.QUARTER,
        first=first,
        last=_month_end(first, 3),
    )


def of_half(year: int, half: int) -> Stretch:
    """That half of a year; ``half`` may run over either end of the year."""
    first = _month_start(year, half * 6 - 5)
    return Stretch(
        value=f"{first.year:04d}-H{(first.month + 5) // 6}", grain=Grain.HALF, first=first, last=_month_end(first, 6)
    )


def of_season(year: int, season: str) -> Stretch:
    """That northern season by whole months; a winter bears the year of its December."""
    first = date(year, 3 * SEASONS.index(season) + 3, 1)
    return Stretch(value=f"{year:04d}-{season}", grain=Grain.SEASON, first=first, last=_month_end(first, 3))


def of_year(year: int) -> Stretch:
    """That calendar year."""
    return Stretch(value=f"{year:04d}", grain=Grain.YEAR, first=date(year, 1, 1), last=date(year, 12, 31))


def of_decade(tens: int) -> Stretch:
    """The ten years that begin with these digits: 199 is the nineties of the last century."""
    return Stretch(
        value=f"{tens:03d}", grain=Grain.DECADE, first=date(max(tens * 10, 1), 1, 1), last=date(tens * 10 + 9, 12, 31)
    )


def of_century(hundreds: int) -> Stretch:
    """The hundred years that begin with these digits: 19 is the twentieth century."""
    return Stretch(
        value=f"{hundreds:02d}",
        grain=Grain.CENTURY,
        first=date(max(hundreds * 100, 1), 1, 1),
        last=date(hundreds * 100 + 99, 12, 31),
    )


def around(unit: Unit, day: date, steps: int = 0) -> Stretch:
    """The unit that holds ``day``, moved by ``steps`` units.

    Raises:
        ValueError: the unit is no stretch of the calendar, or the move leaves the years 1 to 9999.
        OverflowError: the same, by more.
    """
    match unit:
        case Unit.DAY:
            return of_day(day + timedelta(days=steps))
        case Unit.WEEK:
            return of_week(day + timedelta(weeks=steps))
        case Unit.WEEKEND:
            return of_weekend(day + timedelta(weeks=steps))
        case Unit.MONTH:
            return of_month(day.year, day.month + steps)
        case Unit.QUARTER:
            return of_quarter(day.year, (day.month + 2) // 3 + steps)
        case Unit.HALF:
            return of_half(day.year, (day.month + 5) // 6 + steps)
        case Unit.SEASON:
            index = (day.year * 12 + day.month - 3) // 3 + steps
            return of_season(index // 4, SEASONS[index % 4])
        case Unit.YEAR:
            return of_year(day.year + steps)
        case Unit.DECADE:
            return of_decade(day.year // 10 + steps)
        case Unit.CENTURY:
            return of_century(day.year // 100 + steps)
    raise ValueError(f"a {unit.name.lower()} is no stretch of the calendar")


def year_away(stretch: Stretch, years: int) -> Stretch:
    """The same named stretch some years on: the third quarter of the year before."""
    match stretch.grain:
        case Grain.QUARTER:
            return of_quarter(stretch.first.year + years, (stretch.first.month + 2) // 3)
        case Grain.HALF:
            return of_half(stretch.first.year + years, (stretch.first.month + 5) // 6)
        case Grain.MONTH:
            return of_month(stretch.first.year + years, stretch.first.month)
        case Grain.SEASON:
            return of_season(stretch.first.year + years, SEASONS[stretch.first.month // 3 - 1])
    return of_year(stretch.first.year + years)


def easter(year: int) -> date:
    """Easter Sunday of the western churches (the Gregorian computus in Gauss's form as Meeus prints it)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap, skipped = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    quotient, remainder = divmod(rest, 4)
    weekday = (32 + 2 * skipped + 2 * quotient - epact - remainder) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such ISO weekday of a month; -1 is the last."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=(last.isoweekday() - weekday) % 7)


def _week_value(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _month_start(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _month_end(first: date, months: int) -> date:
    last = _month_start(first.year, first.month + months - 1)
    return date(last.year, last.month, monthrange(last.year, last.month)[1])
