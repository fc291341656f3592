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
    YEAR = "year of the century"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cyclic:
    """One member of a cycle, its year or week not said: "Friday", "June 19", "the third quarter", "summer".

    ``month`` is of a MONTH or MONTH_DAY; ``number`` the day, ISO weekday, quarter or half; ``name`` the season or
    holiday. ``side`` is -1 for "last", 0 for "this", 1 for "next", None when the words do not say.
    """

    cycle: Cycle
    month: int = 0
    number: int = 0
    name: str = ""
    side: int | None = None
    base: Base = Base.PUBLICATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A member of a cycle inside a stretch: "June last year", "this year's third quarter", "Tuesday of last week"."""

    part: Cyclic
    whole: Fixed | Relative


@dataclass(frozen=True, slots=True, kw_only=True)
class SameUnit:
    """The stretch the text is speaking of, ``years`` away, in a unit of its own: "the year-earlier period"."""

    years: int
    unit: Unit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """A time of a day; ``clock`` is TIMEX3's ("T22:00", "TMO"); without ``day`` that of the text or of publication."""

    clock: str
    day: Fixed | Relative | Cyclic | Within | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A value that stands on no calendar: a duration, a set, PAST_REF."""

    value: str


Calendar = Fixed | Relative | Cyclic | Within | SameUnit
Core = Calendar | Clocked | Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A whole time phrase: its TIMEX3 type, meaning and modifier."""

    kind: TimeKind
    core: Core
    modifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """So many units; ``count`` None is an unsaid number."""

    count: float | None
    unit: Unit

    @property
    def value(self) -> str:
        """TIMEX3's duration."""
        count = "X" if self.count is None else f"{self.count:g}"
        if self.unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
            return f"PT{count}{self.unit.value[1]}"
        if self.unit is Unit.WEEKEND:
            return f"P{count}WE"
        return f"P{count}{self.unit.value}"
