"""From what a phrase means to the calendar: every reading it may have, and the one that its context asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from bot.digest.dates import calendar, lexicon
from bot.digest.dates.calendar import Stretch, Unit
from bot.digest.dates.meaning import (
    Base,
    Clocked,
    Core,
    Cycle,
    Cyclic,
    Fixed,
    Plain,
    Relative,
    SameInYear,
    SameUnit,
    Within,
)  # fmt: skip
from bot.digest.model import Grain

NEAR = timedelta(days=45)  #: a day this close to the anchor is meant whatever the tense, if the other reading is FAR
NEAR_AGAINST_TENSE = timedelta(days=30)  #: the same where the clause looks back; it may only seem to
LONG_PAST = timedelta(days=240)  #: a month that ended so long ago is hardly meant if it is about to come round
FAR = timedelta(days=300)
#: Nobody calls yesterday "last Tuesday", nor last month "last February".
JUST_PAST = {Cycle.WEEKDAY: timedelta(days=1), Cycle.MONTH: timedelta(days=31)}
LONG_WEEKEND = timedelta(days=2)  #: a Monday's or Tuesday's holiday belongs to the weekend before
REPORTED = timedelta(days=60)  #: a quarter that ended so lately is the one spoken of: its results are coming out

_GRAINS = {
    Grain.DAY: 0, Grain.WEEKEND: 1, Grain.WEEK: 2, Grain.MONTH: 3, Grain.QUARTER: 4, Grain.SEASON: 4, Grain.HALF: 5,
    Grain.YEAR: 6, Grain.DECADE: 7, Grain.CENTURY: 8, Grain.RANGE: 9,
}  #: finer first  # fmt: skip
_UNIT_GRAINS = {
    Unit.DAY: 0, Unit.WEEKEND: 1, Unit.WEEK: 2, Unit.MONTH: 3, Unit.QUARTER: 4, Unit.SEASON: 4, Unit.HALF: 5,
    Unit.YEAR: 6, Unit.DECADE: 7, Unit.CENTURY: 8,
}  # fmt: skip
_NAMED_PARTS = (Unit.QUARTER, Unit.HALF)  #: what "the 2018 period" may be, beside the year
_STRETCH_UNITS = (Unit.DAY, Unit.WEEKEND, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.SEASON, Unit.HALF, Unit.YEAR)


class Direction(StrEnum):
    """Whether the clause looks back or ahead."""

    PAST = "past"
    FUTURE = "future"
    LIKELY_PAST = "likely past"
    UNKNOWN = "unknown"


def member(part: Cyclic, year: int) -> Stretch | None:
    """The member of a yearly cycle in that year; None if the year has none (February 29) or the cycle is shorter."""
    try:
        return _member(part, year)
    except (ValueError, OverflowError):
        return None


def _member(part: Cyclic, year: int) -> Stretch | None:
    match part.cycle:
        case Cycle.MONTH:
            return calendar.of_month(year, part.month)
        case Cycle.MONTH_DAY:
            return calendar.of_day(date(year, part.month, part.number))
        case Cycle.NTH_WEEKDAY:
            return calendar.of_day(calendar.nth_weekday(year, part.month, part.number, part.nth))
        case Cycle.WEEK_OF:
            return calendar.of_week(date(year, part.month, part.number))
        case Cycle.QUARTER:
            return calendar.of_quarter(year, part.number)
        case Cycle.HALF:
            return calendar.of_half(year, part.number)
        case Cycle.SEASON:
            return calendar.of_season(year, part.name)
        case Cycle.HOLIDAY:
            return calendar.of_day(holiday(part.name, year))
        case Cycle.HOLIDAY_WEEK:
            return calendar.of_week(holiday(part.name, year))
        case Cycle.HOLIDAY_WEEKEND:
            return calendar.of_weekend(holiday(part.name, year) - LONG_WEEKEND)
    return None


def holiday(name: str, year: int) -> date:
    """The day of a holiday in that year.

    Raises:
        ValueError: nobody knows the holiday, or the year has no such day.
    """
    if name in lexicon.FIXED_HOLIDAYS:
        return date(year, *lexicon.FIXED_HOLIDAYS[name])
    if name in lexicon.NTH_HOLIDAYS:
        month, weekday, nth = lexicon.NTH_HOLIDAYS[name]
        return calendar.nth_weekday(year, month, weekday, nth)
    if name in lexicon.EASTER_HOLIDAYS:
        return calendar.easter(year) + timedelta(days=lexicon.EASTER_HOLIDAYS[name])
    if name == "election day":
        return calendar.nth_weekday(year, 11, 1, 1) + timedelta(days=1)
    raise ValueError(f"unknown holiday {name!r}")


def readings(core: Core, anchor: date) -> tuple[Stretch, ...]:
    """Every stretch that the meaning may have when counted from ``anchor``, likeliest first, without repetition."""
    try:
        return tuple(dict.fromkeys(_readings(core, anchor)))
    except (ValueError, OverflowError):
        return ()


def _readings(core: Core, anchor: date) -> Iterator[Stretch]:
    match core:
        case Fixed(stretch=stretch):
            yield stretch
        case Relative(unit=unit, steps=steps):
            yield calendar.around(unit, anchor, steps)
        case Cyclic():
            for direction in Direction:
                found = turn(core, anchor, direction)
                if found is not None:
                    yield found
        case Within(part=part, whole=whole):
            for outer in _readings(whole, anchor):
                inner = inside(part, outer, anchor)
                if inner is not None:
                    yield inner
        case SameInYear(year=year):
            yield calendar.of_year(year)
            for unit in _NAMED_PARTS:
                yield _in_year(calendar.around(unit, anchor), year)
        case SameUnit(years=years):
            for unit in _STRETCH_UNITS if core.unit is None else (core.unit,):
                for steps in (0, -1):
                    stretch = calendar.around(unit, anchor, steps)
                    yield calendar.year_away(stretch, years) if years else stretch
        case Clocked(day=day):
            yield from _readings(day, anchor) if day is not None else (calendar.of_day(anchor),)
        case Plain():
            return


def inside(part: Cyclic, outer: Stretch, anchor: date) -> Stretch | None:
    """The member of a cycle that lies in ``outer``; a bare day of the month takes its month from ``anchor``."""
    if part.cycle is Cycle.DAY:
        return calendar.of_day(date(outer.first.year, part.month or anchor.month, part.number))
    if part.cycle is Cycle.WEEKDAY:
        return calendar.of_day(outer.first + timedelta(days=(part.number - outer.first.isoweekday()) % 7))
    return member(part, outer.first.year)


def turn(part: Cyclic, anchor: date, direction: Direction) -> Stretch | None:
    """The turn of the cycle that is meant when looking back or ahead from ``anchor``."""
    match part.side:
        case -1:
            return _last(part, anchor)
        case 1:
            return _next(part, anchor)
        case 0 if part.cycle is not Cycle.WEEKDAY:
            return _this(part, anchor)
    before, after = _latest(part, anchor), _earliest(part, anchor)
    if before is None or after is None:
        return before or after
    if part.cycle is Cycle.QUARTER and anchor - before.last <= REPORTED:
        return before
    if part.cycle in (Cycle.MONTH_DAY, Cycle.WEEK_OF, Cycle.HOLIDAY):
        back, ahead = anchor - before.first, after.first - anchor
        if back >= FAR and ahead <= (NEAR_AGAINST_TENSE if direction is Direction.PAST else NEAR):
            return after
        if back <= NEAR and ahead >= FAR:
            return before
    match direction:
        case Direction.PAST:
            return before
        case Direction.FUTURE:
            return after
        case Direction.LIKELY_PAST:
            return after if after.first - anchor <= NEAR and anchor - before.last >= LONG_PAST else before
        case Direction.UNKNOWN:
            if part.cycle in (Cycle.WEEKDAY, Cycle.WEEKEND):
                return after if part.side == 0 else before
            return before if anchor - before.last <= 2 * (after.first - anchor) else after


def _turns(part: Cyclic, anchor: date) -> list[Stretch]:
    """The turns of the cycle around the anchor, in order."""
    match part.cycle:
        case Cycle.WEEKDAY:
            monday = anchor - timedelta(days=anchor.weekday())
            return [calendar.of_day(monday + timedelta(days=part.number - 1 + 7 * week)) for week in (-2, -1, 0, 1, 2)]
        case Cycle.WEEKEND:
            return [calendar.of_weekend(anchor + timedelta(weeks=week)) for week in (-2, -1, 0, 1, 2)]
        case Cycle.DAY:
            months = (calendar.of_month(anchor.year, anchor.month + step) for step in (-2, -1, 0, 1, 2))
            return [
                calendar.of_day(month.first.replace(day=part.number))
                for month in months
                if part.number <= month.last.day
            ]
        case Cycle.YEAR:
            century = anchor.year // 100 * 100
            return [calendar.of_year(century + step + part.number) for step in (-100, 0, 100)]
    years = (member(part, anchor.year + step) for step in (-4, -3, -2, -1, 0, 1, 2, 3, 4))
    return [stretch for stretch in years if stretch is not None]


def _latest(part: Cyclic, anchor: date) -> Stretch | None:
    return max((s for s in _turns(part, anchor) if s.first <= anchor), key=lambda s: s.first, default=None)


def _earliest(part: Cyclic, anchor: date) -> Stretch | None:
    return min((s for s in _turns(part, anchor) if s.last >= anchor), key=lambda s: s.first, default=None)


def _last(part: Cyclic, anchor: date) -> Stretch | None:
    """The last turn that is over."""
    before = anchor - JUST_PAST[part.cycle] if part.not_just_past else anchor
    return max((s for s in _turns(part, anchor) if s.last < before), key=lambda s: s.first, default=None)


def _next(part: Cyclic, anchor: date) -> Stretch | None:
    return min((s for s in _turns(part, anchor) if s.first > anchor), key=lambda s: s.first, default=None)


def _this(part: Cyclic, anchor: date) -> Stretch | None:
    """The turn that holds the anchor, or else that of the same year or week."""
    turns = _turns(part, anchor)
    holding = [stretch for stretch in turns if stretch.first <= anchor <= stretch.last]
    if holding:
        return holding[0]
    if part.cycle is Cycle.WEEKEND:
        return _earliest(part, anchor)
    return next((stretch for stretch in turns if stretch.first.year == anchor.year), None)


def wants_reference(core: Core) -> bool:
    """Whether the meaning counts from a date of the text rather than from the publication."""
    match core:
        case Relative(base=base) | Cyclic(base=base):
            return base is Base.REFERENCE
        case SameUnit() | SameInYear():
            return True
        case Within(whole=whole):
            return wants_reference(whole)
        case Clocked(day=day):
            return day is None or wants_reference(day)
    return False


def fits(core: Core, stretch: Stretch, same_sentence: bool) -> bool:
    """Whether a date of this grain can be what the meaning counts from: never a month for "the previous day"."""
    match core:
        case Relative(unit=unit):
            return _GRAINS[stretch.grain] <= _UNIT_GRAINS.get(unit, -1)
        case Cyclic(cycle=cycle):
            return stretch.grain is Grain.DAY or (cycle is Cycle.MONTH and stretch.grain is Grain.MONTH)
        case SameInYear():
            return stretch.grain in (Grain.QUARTER, Grain.HALF)
        case SameUnit(unit=None, years=0):
            return stretch.grain not in (Grain.DECADE, Grain.CENTURY)
        case SameUnit(unit=None):
            return stretch.grain in (Grain.QUARTER, Grain.HALF) or (same_sentence and stretch.grain is Grain.YEAR)
        case SameUnit(unit=unit):
            return unit is not None and stretch.grain.name == unit.name
        case Within(whole=whole):
            return fits(whole, stretch, same_sentence)
        case Clocked(day=None):
            return stretch.grain is Grain.DAY
        case Clocked(day=day) if day is not None:
            return fits(day, stretch, same_sentence)
    return False


def resolved(core: Core, anchor: date, reference: Stretch | None, direction: Direction) -> Stretch | None:
    """The stretch that the meaning has in its context; None for what stands on no calendar."""
    try:
        return _resolved(core, anchor, reference, direction)
    except (ValueError, OverflowError):
        return None


def _resolved(core: Core, anchor: date, reference: Stretch | None, direction: Direction) -> Stretch | None:
    if reference is None and isinstance(core, Relative) and core.base is Base.REFERENCE and core.steps >= 0:
        return None  # what follows nothing known is not the day after publication
    start = reference.first if reference is not None else anchor
    match core:
        case Fixed(stretch=stretch):
            return stretch
        case Relative(unit=unit, steps=steps):
            return calendar.around(unit, start, steps)
        case Cyclic():
            return turn(core, start, direction)
        case Within(part=part, whole=whole):
            outer = _resolved(whole, anchor, reference, direction)
            return inside(part, outer, start) if outer is not None else None
        case SameUnit():
            return _same_unit(core, anchor, reference)
        case SameInYear(year=year):
            return _in_year(reference, year) if reference is not None else calendar.of_year(year)
        case Clocked(day=None):
            return calendar.of_day(start)
        case Clocked(day=day) if day is not None:
            return _resolved(day, anchor, reference, direction)
    return None


def _same_unit(core: SameUnit, anchor: date, reference: Stretch | None) -> Stretch | None:
    if reference is not None and reference.grain is not Grain.RANGE:
        return calendar.year_away(reference, core.years) if core.years else reference
    if core.unit is not None:
        return (
            calendar.year_away(calendar.around(core.unit, anchor, -1), core.years)
            if core.years
            else calendar.around(core.unit, anchor, -1)
        )
    return calendar.around(Unit.YEAR, anchor, core.years) if core.years else None


def _in_year(stretch: Stretch, year: int) -> Stretch:
    return calendar.year_away(stretch, year - stretch.first.year)


def compares_periods(core: Core) -> bool:
    """Whether the meaning is the period of a report in another year: "a year earlier", "the 2018 quarter"."""
    return isinstance(core, SameInYear) or (isinstance(core, SameUnit) and core.unit is None and core.years != 0)


def is_shifted(core: Core) -> bool:
    """Whether the meaning is itself a comparison with another stretch, so that nothing else counts from it."""
    return isinstance(core, SameInYear) or (isinstance(core, SameUnit) and core.years != 0)


def is_explicit(core: Core) -> bool:
    """Whether the words alone give year, month and day, as far as they go."""
    return isinstance(core, Fixed) or (isinstance(core, Clocked) and isinstance(core.day, Fixed))
