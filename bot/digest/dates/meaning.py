"""What a time phrase means before it is known from which day it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.digest.dates.calendar import Stretch, Unit
from bot.digest.model import TimeKind


class Base(StrEnum):
    """From where a relative phrase counts: the day of publication, or the date the text is speaking of."""

    PUBLICATION = "publication"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A stretch that the words alone give: "June 2022"."""

    stretch: Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A unit some steps away from the base: "last week", "the previous day", "two years ago"."""

    unit: Unit
    steps: int
    base: Base = Base.PUBLICATION


class Cycle(StrEnum):
    """What comes round again and again."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    MONTH_DAY = "day of a month"
    DAY = "day of the month"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    SEASON = "season"
    HOLIDAY = "holiday"
    HOLIDAY_WEEK = "week of a holiday"
    HOLIDAY_WEEKEND = "weekend of a holiday"
    NTH_WEEKDAY = "nth weekday of a month"
    WEEK_OF = "week of a day"
    YEAR = "year of the century"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cyclic:
    """One member of a cycle, its year or week not said: "Friday", "June 19", "the third quarter", "summer".

    ``month`` is of a MONTH or MONTH_DAY; ``number`` the day, ISO weekday, quarter or half; ``nth`` which of a month's
    weekdays, -1 the last; ``name`` the season or holiday. ``side`` is -1 for "last", 0 for "this", 1 for "next", None
    when the words do not say. ``not_just_past``: nor is it yesterday, nor last month.
    """

    cycle: Cycle
    month: int = 0
    number: int = 0
    nth: int = 0
    name: str = ""
    side: int | None = None
    base: Base = Base.PUBLICATION
    not_just_past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A member of a cycle inside a stretch: "June last year", "this year's third quarter", "Tuesday of last week"."""

    part: Cyclic
    whole: Fixed | Relative


@dataclass(frozen=True, slots=True, kw_only=True)
class SameUnit:
    """The stretch the text is speaking of, ``years`` away, in a unit of its own: "the year-earlier period".

    ``over``: it ended before the publication, as "the latest quarter" did.
    """

    years: int
    unit: Unit | None
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SameInYear:
    """The quarter or half the text is speaking of, in a year that the words give: "the 2018 quarter"."""

    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """A time of a day; ``clock`` is TIMEX3's ("T22:00", "TMO"); without ``day`` that of the text or of publication."""

    clock: str
    day: Fixed | Relative | Cyclic | Within | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A value that stands on no calendar: a duration, a set, PAST_REF."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A length of time that is a date where the clause looks ahead: "it opens in three days"."""

    length: Plain
    then: Relative | Plain


Calendar = Fixed | Relative | Cyclic | Within | SameUnit | SameInYear
Core = Calendar | Clocked | Plain | Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A whole time phrase: its TIMEX3 type, meaning and modifier."""

    kind: TimeKind
    core: Core
    modifier: str | None = None


PARTS = {
    Unit.CENTURY: (100, Unit.YEAR),
    Unit.DECADE: (10, Unit.YEAR),
    Unit.YEAR: (12, Unit.MONTH),
    Unit.DAY: (24, Unit.HOUR),
    Unit.HOUR: (60, Unit.MINUTE),
    Unit.MINUTE: (60, Unit.SECOND),
}  #: what half a unit is counted in


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """So many units; ``count`` None is an unsaid number.

    ``loose``: it may be more, so no day lies just so far away: "a year or two".
    """

    count: float | None
    unit: Unit
    loose: bool = False

    @property
    def value(self) -> str:
        """TIMEX3's duration."""
        if self.count is not None and self.count != int(self.count) and self.unit in PARTS:
            return _broken(self.count, self.unit)
        return _designated("X" if self.count is None else f"{self.count:g}", self.unit)


def _broken(count: float, unit: Unit) -> str:
    """A duration of a unit and a part of it: two and a half years are "P2Y6M"."""
    parts, smaller = PARTS[unit]
    whole, rest = int(count), round((count - int(count)) * parts)
    if unit in (Unit.DECADE, Unit.CENTURY):
        return _designated(str(whole * parts + rest), smaller)
    return (
        _designated(str(whole), unit) + _designated(str(rest), smaller).lstrip("PT")
        if whole
        else _designated(str(rest), smaller)
    )


def _designated(count: str, unit: Unit) -> str:
    return f"PT{count}{unit.value[1]}" if unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR) else f"P{count}{unit.value}"
