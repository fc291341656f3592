"""How the meanings of a phrase's parts make the meaning of the whole; None where they do not fit together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.digest.dates import calendar
from bot.digest.dates.anchoring import JUST_PAST, member
from bot.digest.dates.calendar import Stretch, Unit
from bot.digest.dates.meaning import (
    PARTS,
    Base,
    Clocked,
    Core,
    Cycle,
    Cyclic,
    Due,
    Fixed,
    Length,
    Phrase,
    Plain,
    Relative,
    SameInYear,
    SameUnit,
    Within,
)
from bot.digest.model import Grain, TimeKind

Measure = tuple[Unit, int]  #: a unit and how many of it a word means: a fortnight is (week, 2)
Clock = tuple[int, int]  #: hours and minutes

MOST_STEPS = 3000  #: units counted from a day; what lies further is before or after all calendars
FINE_UNITS = (Unit.SECOND, Unit.MINUTE, Unit.HOUR)
COUNTLESS = (*FINE_UNITS, Unit.MILLENNIUM)  #: units that no calendar phrase steps by
YEARLY_DAYS = (Cycle.WEEKDAY, Cycle.MONTH_DAY, Cycle.NTH_WEEKDAY, Cycle.HOLIDAY)


def same(value: object) -> object:
    """The part's own value."""
    return value


def always(value: object) -> Callable[..., object]:
    """The same value whatever the parts."""
    return lambda *_: value


def relative(unit: Unit, steps: int, base: Base = Base.PUBLICATION) -> Callable[..., Relative]:
    """A unit so many steps from the base, whatever the parts."""
    return lambda *_: Relative(unit=unit, steps=steps, base=base)


def year(number: float) -> Fixed | None:
    return _fixed(calendar.of_year, int(number)) if 1000 <= number < 2200 else None


def spelled_century(number: int) -> Fixed | None:
    return _fixed(calendar.of_century, number - 1) if 1 <= number <= 30 else None


def decade(tens: int) -> Fixed | None:
    return _fixed(calendar.of_decade, tens)


def day(moment: date) -> Fixed | None:
    return _fixed(calendar.of_day, moment)


def month(number: int) -> Cyclic:
    return Cyclic(cycle=Cycle.MONTH, month=number)


def month_day(number: int, of_month: int) -> Cyclic | None:
    longest = 29 if number == 2 else 30 if number in (4, 6, 9, 11) else 31
    return Cyclic(cycle=Cycle.MONTH_DAY, month=number, number=of_month) if 1 <= of_month <= longest else None


def september_11(number: int, of_month: int) -> Fixed | None:
    """The day that bears no year in its name, as "the Sept. 11 attacks" do."""
    return day(date(2001, 9, 11)) if (number, of_month) == (9, 11) else None


def day_month(of_month: int, number: int) -> Cyclic | None:
    return month_day(number, of_month)


def month_part(of_month: int) -> Cyclic | None:
    """A day whose month stands elsewhere."""
    return Cyclic(cycle=Cycle.DAY, number=of_month) if 1 <= of_month <= 31 else None


def month_part_in(of_month: int, number: int) -> Within | None:
    """A day and its year, the month standing elsewhere."""
    part, whole = month_part(of_month), year(number)
    return Within(part=part, whole=whole) if part is not None and whole is not None else None


def century_part(number: float) -> Cyclic | None:
    """A year whose century stands elsewhere."""
    return Cyclic(cycle=Cycle.YEAR, number=int(number)) if number in range(100) else None


def week_of(of_day: Cyclic) -> Cyclic:
    return replace(of_day, cycle=Cycle.WEEK_OF)


def nth_weekday(nth: int, number: int, of_month: int) -> Cyclic | None:
    """ "The second Sunday in November"; -1 is the last."""
    named = nth in (-1, 1, 2, 3, 4)
    return Cyclic(cycle=Cycle.NTH_WEEKDAY, month=of_month, number=number, nth=nth) if named else None


def weekday(number: int) -> Cyclic:
    return Cyclic(cycle=Cycle.WEEKDAY, number=number)


def season(name: str) -> Cyclic:
    return Cyclic(cycle=Cycle.SEASON, name=name)


def holiday(name: str) -> Cyclic:
    return Cyclic(cycle=Cycle.HOLIDAY, name=name)


def holiday_week(name: str) -> Cyclic:
    return Cyclic(cycle=Cycle.HOLIDAY_WEEK, name=name)


def holiday_weekend(name: str) -> Cyclic:
    return Cyclic(cycle=Cycle.HOLIDAY_WEEKEND, name=name)


def quarter(number: int) -> Cyclic | None:
    return Cyclic(cycle=Cycle.QUARTER, number=number) if 1 <= number <= 4 else None


def half(number: int) -> Cyclic | None:
    return Cyclic(cycle=Cycle.HALF, number=number) if 1 <= number <= 2 else None


def unless_half(part: Cyclic) -> Cyclic | None:
    """The part, unless it is a half: that of a match or a cake as likely as of a year."""
    return None if part.cycle is Cycle.HALF else part


def in_year(part: Cyclic, whole: Fixed | Relative) -> Fixed | Within | None:
    """A member of the yearly cycle in a year: fixed if the year is."""
    if part.side is not None:
        return None
    if isinstance(whole, Relative):
        return Within(part=part, whole=whole)
    stretch = member(part, whole.stretch.first.year)
    return Fixed(stretch=stretch) if stretch is not None else None


def in_winter_of(part: Cyclic, number: int, _: int) -> Fixed | Within | None:
    """ "The winter of 1985-86" is that of the year it begins in."""
    whole = year(number)
    return in_year(part, whole) if whole is not None else None


def year_of(whole: Fixed | Relative, part: Cyclic) -> Fixed | Within | None:
    return in_year(part, whole)


def quarter_of(number: int, which: int) -> Fixed | Within | None:
    part, whole = quarter(which), year(number)
    return in_year(part, whole) if part is not None and whole is not None else None


def within(part: Cyclic, whole: Fixed | Relative) -> Within:
    return Within(part=part, whole=whole)


def a_year_before(part: Cyclic) -> Within:
    return Within(part=part, whole=Relative(unit=Unit.YEAR, steps=-1))


def unless_fixed(whole: Fixed | Relative) -> Relative | None:
    """A year told by its distance; a bare number is a year only where nothing is counted."""
    return None if isinstance(whole, Fixed) else whole


def dated_weekday(_: object, named: Core) -> Core:
    """The date behind a weekday's name."""
    return named


def sided(side: int, part: Cyclic) -> Cyclic:
    return replace(part, side=side, not_just_past=side == -1 and part.cycle in JUST_PAST)


def on_side(side: int, base: Base = Base.PUBLICATION) -> Callable[[Cyclic], Cyclic]:
    """The last, this or next turn of a cycle, counted from the base."""
    return lambda part: replace(part, side=side, base=base)


def side_of_unit(side: int, measure: Measure) -> Relative | None:
    """ "Last week": "last day" and "this hour" name no date."""
    unit, times = measure
    named = times == 1 and unit not in (*FINE_UNITS, Unit.DAY, Unit.MILLENNIUM)
    return Relative(unit=unit, steps=side) if named else None


def moved(steps: int, base: Base) -> Callable[[Measure], Relative | None]:
    """The unit so many steps from the base."""

    def build(measure: Measure) -> Relative | None:
        unit, times = measure
        named = times == 1 and unit not in (*FINE_UNITS, Unit.MILLENNIUM)
        return Relative(unit=unit, steps=steps, base=base) if named else None

    return build


def the_unit(this: Relative) -> Phrase | None:
    """ "The week", "the year" and "the quarter" alone name one; "the day" and "the month" hardly ever do."""
    if this.unit is Unit.QUARTER:
        return dated(SameUnit(years=0, unit=Unit.QUARTER))
    return dated(this) if this.unit in (Unit.WEEK, Unit.YEAR) else None


def same_in_year(number: int) -> SameInYear | None:
    """ "The 2018 period": what of that year, the text tells."""
    return SameInYear(year=number) if year(number) is not None else None


def same_in(whole: Relative) -> SameUnit | None:
    """ "Last year's quarter": which one, the text tells."""
    return SameUnit(years=whole.steps, unit=None) if whole.unit is Unit.YEAR and whole.steps < 0 else None


def length(count: object, measure: Measure) -> Length:
    unit, times = measure
    if not isinstance(count, int | float):
        return Length(count=None, unit=unit)
    return Length(count=count * times, unit=unit)


def loose(distance: Length) -> Length:
    return replace(distance, loose=True)


def filled_length(count: object, *rest: Measure) -> Length:
    """A length with a word between the number and the unit."""
    return length(count, rest[-1])


def single_length(count: object, *rest: Measure) -> Length | None:
    """So many of a unit named in the singular, as in "two-week"; a year's number counts nothing."""
    return None if isinstance(count, int | float) and count >= 1000 else length(count, rest[-1])


def half_more(count: float, measure: Measure) -> Length:
    return length(count + 0.5, measure)


def lower_bound(low: float, high: float) -> float | None:
    return low if low < high else None


def away(direction: int, base: Base) -> Callable[[Length], Core | None]:
    """What lies a length of time from the base: a day, week, month ... as coarse as the length's unit."""

    def build(distance: Length) -> Core | None:
        count = None if distance.loose else distance.count
        if count is None or count > MOST_STEPS or distance.unit in COUNTLESS:
            return Plain(value="PAST_REF" if direction < 0 else "FUTURE_REF") if base is Base.PUBLICATION else None
        if count != int(count) and distance.unit in PARTS:
            parts, smaller = PARTS[distance.unit]
            return build(Length(count=count * parts, unit=smaller))
        steps = round(count) * direction
        if distance.unit is Unit.YEAR and steps == -1:
            return SameUnit(years=-1, unit=None)
        return Relative(unit=distance.unit, steps=steps, base=base)

    return build


def clock(time: Clock | int, half_day: int | None = None) -> str | None:
    """TIMEX3's clock time; ``half_day`` is 0 before noon and 12 after, None for the 24-hour clock."""
    hours, minutes = time if isinstance(time, tuple) else (time, 0)
    if hours != int(hours) or (half_day is not None and not 1 <= hours <= 12):
        return None
    hours = int(hours) if half_day is None else int(hours) % 12 + half_day
    return f"T{hours:02d}:{minutes:02d}" if 0 <= hours <= 24 else None


def clock_in_part(time: Clock | int, part: str) -> str | None:
    hours = time[0] if isinstance(time, tuple) else time
    return clock(time, 12 if part in ("AF", "EV") or (part == "NI" and 5 <= hours <= 11) else 0)


def zoned(time: str, *_: object) -> str:
    return time


def clocked(time: str | None, of_day: Core) -> Clocked | None:
    """A time on a day; None when the calendar phrase is longer than a day."""
    if time is None or not isinstance(of_day, Fixed | Relative | Cyclic | Within) or not is_day(of_day):
        return None
    return Clocked(clock=time, day=of_day)


def day_clocked(of_day: Core, time: str) -> Clocked | None:
    return clocked(time, of_day)


def undated(time: str) -> Clocked:
    return Clocked(clock=time, day=None)


def part_of_day(*parts: object) -> Clocked | None:
    """ "Mid-afternoon yesterday", "the morning of June 3": the part's name comes before the day's."""
    *_, part, of_day = parts
    return clocked(f"T{str(part).removeprefix('T')}", of_day) if isinstance(of_day, Core) else None


def day_part(of_day: Core, *parts: str) -> Clocked | None:
    """ "Friday night", "yesterday late afternoon"."""
    return clocked(f"T{parts[-1]}", of_day)


def part_counted(steps: int, base: Base = Base.PUBLICATION) -> Callable[[str], Clocked]:
    """A part of the day so many days from the base: "this morning"."""
    return lambda part: Clocked(clock=f"T{part}", day=Relative(unit=Unit.DAY, steps=steps, base=base))


def part_of_month_day(part: str, of_month: int) -> Clocked | None:
    """ "The night of the 14th"."""
    of_day = month_part(of_month)
    return Clocked(clock=f"T{part}", day=of_day) if of_day is not None else None


def tonight_at(time: Clock | int) -> Clocked | None:
    """ "7:30 tonight" is in the evening."""
    return clocked(clock_in_part(time, "EV"), Relative(unit=Unit.DAY, steps=0))


def part_undated(part: str) -> Clocked:
    return Clocked(clock=f"T{part}", day=None)


def dated(core: Core, modifier: str | None = None) -> Phrase:
    kind = TimeKind.TIME if isinstance(core, Clocked) else TimeKind.DATE
    return Phrase(kind=kind, core=core, modifier=modifier)


def modified(modifier: str | None, core: Core) -> Phrase:
    return dated(core, modifier)


def twice_modified(_: object, modifier: str, core: Core) -> Phrase:
    return dated(core, modifier)


def edged(edge: str, core: Core) -> Phrase | None:
    """ "Earlier this year" and "later that day" are one phrase, "earlier Friday" an adverb and a day."""
    of_the_text = isinstance(core, Relative) and core.base is Base.REFERENCE
    return None if is_day(core) and not of_the_text else dated(core, edge)


def approximate(core: Core) -> Phrase:
    return dated(core, "APPROX")


def latter_half(core: Core) -> Phrase | None:
    decade_long = isinstance(core, Fixed) and core.stretch.grain is Grain.DECADE
    return dated(core, "END") if decade_long else None


def roughly_ago(distance: Length) -> Phrase | None:
    core = away(-1, Base.PUBLICATION)(distance)
    return dated(core, "APPROX") if core is not None else None


def early_decade(edge: str, tens: int) -> Phrase | None:
    core = decade(tens)
    return dated(core, edge) if core is not None else None


def vague(value: str) -> Phrase:
    return dated(Plain(value=value))


def duration(distance: Length) -> Phrase:
    return Phrase(kind=TimeKind.DURATION, core=Plain(value=distance.value))


def due(distance: Length) -> Phrase | None:
    """What "in three days" may mean: a length, or the day that lies so far ahead."""
    then = away(1, Base.PUBLICATION)(distance)
    if not isinstance(then, Relative | Plain) or distance.unit in COUNTLESS:
        return None
    return Phrase(kind=TimeKind.DURATION, core=Due(length=Plain(value=distance.value), then=then))


def about(modifier: str | None, distance: Length) -> Phrase:
    return replace(duration(distance), modifier=modifier)


def bounded(modifier: str) -> Callable[[Length], Phrase]:
    """A duration with this modifier."""
    return lambda distance: about(modifier, distance)


def over(distance: Length) -> Phrase | None:
    """ "Over two years" is a length, "over several years" says when."""
    return about("MORE_THAN", distance) if distance.count else None


def counted(*parts: object) -> Phrase:
    """A duration from the last two parts: the count and the unit."""
    *_, count, measure = parts
    return duration(length(count, measure))  # type: ignore[arg-type]  # the grammar's UNIT or UNITS


def roughly_counted(*parts: object) -> Phrase:
    return replace(counted(*parts), modifier="APPROX")


def uncounted(measure: Measure, *_: object) -> Phrase:
    return duration(length(None, measure))


def one(measure: Measure) -> Phrase:
    return duration(length(1, measure))


def every(count: int) -> Callable[[Measure], Phrase]:
    """A set that comes round each so many units."""
    return lambda measure: repeated(length(count, measure).value)


def every_counted(count: object, measure: Measure) -> Phrase:
    return repeated(length(count, measure).value)


def repeated(value: str) -> Phrase:
    return Phrase(kind=TimeKind.SET, core=Plain(value=value))


def every_member(part: Cyclic) -> Phrase | None:
    match part.cycle:
        case Cycle.WEEKDAY:
            return every_weekday(part.number)
        case Cycle.MONTH:
            return repeated(f"XXXX-{part.month:02d}")
        case Cycle.MONTH_DAY:
            return repeated(f"XXXX-{part.month:02d}-{part.number:02d}")
        case Cycle.SEASON:
            return repeated(f"XXXX-{part.name}")
    return None


def every_weekday(number: int, part: str = "") -> Phrase:
    return repeated(f"XXXX-WXX-{number}{part and 'T' + part}")


def _fixed(make: Callable[..., Stretch], *numbers: object) -> Fixed | None:
    try:
        return Fixed(stretch=make(*numbers))
    except (ValueError, OverflowError):
        return None


def is_day(core: Core) -> bool:
    """Whether the meaning is a single day."""
    match core:
        case Fixed(stretch=stretch):
            return stretch.first == stretch.last
        case Relative(unit=unit):
            return unit is Unit.DAY
        case Cyclic(cycle=cycle) | Within(part=Cyclic(cycle=cycle)):
            return cycle in YEARLY_DAYS
    return False
