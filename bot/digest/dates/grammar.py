"""The grammar of English time phrases: how words make a meaning. Read each rule as "NAME may be ITEMS"."""

from __future__ import annotations

from collections.abc import Callable

from bot.digest.dates import calendar
from bot.digest.dates.calendar import Stretch, Unit
from bot.digest.dates.chart import Grammar, Rule
from bot.digest.dates.meaning import (
    Base,
    Clocked,
    Core,
    Cycle,
    Cyclic,
    Fixed,
    Length,
    Phrase,
    Plain,
    Relative,
    SameUnit,
    Within,
)  # fmt: skip
from bot.digest.model import TimeKind

Measure = tuple[Unit, int]
_PARTS = {
    Unit.CENTURY: (100, Unit.YEAR),
    Unit.DECADE: (10, Unit.YEAR),
    Unit.YEAR: (12, Unit.MONTH),
    Unit.DAY: (24, Unit.HOUR),
    Unit.HOUR: (60, Unit.MINUTE),
}  #: what half a unit is counted in


def _fixed(make: Callable[..., Stretch], *numbers: object) -> Fixed | None:
    try:
        return Fixed(stretch=make(*numbers))
    except (ValueError, OverflowError):
        return None


def _year(year: int) -> Fixed | None:
    return _fixed(calendar.of_year, year)


def _month(month: int) -> Cyclic:
    return Cyclic(cycle=Cycle.MONTH, month=month)


def _month_day(month: int, day: int) -> Cyclic | None:
    longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return Cyclic(cycle=Cycle.MONTH_DAY, month=month, number=day) if 1 <= day <= longest else None


def _day_month(day: int, month: int) -> Cyclic | None:
    return _month_day(month, day)


def _weekday(number: int) -> Cyclic:
    return Cyclic(cycle=Cycle.WEEKDAY, number=number)


def _season(name: str) -> Cyclic:
    return Cyclic(cycle=Cycle.SEASON, name=name)


def _holiday(name: str) -> Cyclic:
    return Cyclic(cycle=Cycle.HOLIDAY, name=name)


def _quarter(number: int) -> Cyclic | None:
    return Cyclic(cycle=Cycle.QUARTER, number=number) if 1 <= number <= 4 else None


def _half(number: int) -> Cyclic | None:
    return Cyclic(cycle=Cycle.HALF, number=number) if 1 <= number <= 2 else None


def _century(number: int) -> Fixed | None:
    return _fixed(calendar.of_century, number - 1) if 1 <= number <= 30 else None


def _in_year(part: Cyclic, year: Fixed | Relative) -> Fixed | Within | None:
    """A member of the yearly cycle in a year: fixed if the year is."""
    if part.cycle is Cycle.WEEKDAY or part.side is not None:
        return None
    within = Within(part=part, whole=year)
    if isinstance(year, Relative):
        return within
    from bot.digest.dates.anchoring import member

    stretch = member(part, year.stretch.first.year)
    return Fixed(stretch=stretch) if stretch is not None else None


def _year_of(year: Fixed | Relative, part: Cyclic) -> Fixed | Within | None:
    return _in_year(part, year)


def _sided(side: int, part: Cyclic) -> Cyclic:
    return Cyclic(cycle=part.cycle, month=part.month, number=part.number, name=part.name, side=side)


def _relative(side: int, measure: Measure) -> Relative | None:
    unit, times = measure
    if times != 1 or unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR, Unit.DAY, Unit.MILLENNIUM):
        return None
    return Relative(unit=unit, steps=side)


def _moved(steps: int, base: Base) -> Callable[[Measure], Relative | None]:
    def build(measure: Measure) -> Relative | None:
        unit, times = measure
        if times != 1 or unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR, Unit.MILLENNIUM):
            return None
        return Relative(unit=unit, steps=steps, base=base)

    return build


def _counted(count: object, measure: Measure) -> Length | None:
    """So many of a unit named in the singular, as in "two-week"; a year's number counts nothing."""
    return None if isinstance(count, int | float) and count >= 1000 else _length(count, measure)


def _length(count: object, measure: Measure) -> Length:
    unit, times = measure
    if not isinstance(count, int | float):
        return Length(count=None, unit=unit)
    if count != int(count) and unit in _PARTS:
        times, unit = _PARTS[unit]
    return Length(count=count * times, unit=unit)


def _away(direction: int, base: Base) -> Callable[[Length], Core | None]:
    """What lies a length of time from the base: a day, week, month ... as coarse as the length's unit."""

    def build(length: Length) -> Core | None:
        if length.count is None:
            return Plain(value="PAST_REF" if direction < 0 else "FUTURE_REF")
        steps = round(length.count) * direction
        if length.unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
            return Plain(value="PAST_REF" if direction < 0 else "FUTURE_REF")
        if length.unit is Unit.MILLENNIUM or abs(steps) > 3000:
            return Plain(value="PAST_REF" if direction < 0 else "FUTURE_REF")
        if length.unit is Unit.YEAR and steps == -1:
            return SameUnit(years=-1, unit=None)
        return Relative(unit=length.unit, steps=steps, base=base)

    return build


def _same(years: int) -> Callable[[Measure], SameUnit | None]:
    def build(measure: Measure) -> SameUnit | None:
        return SameUnit(years=years, unit=measure[0]) if measure[0] in (Unit.QUARTER, Unit.MONTH, Unit.HALF) else None

    return build


def _clock(hours: int, minutes: int | None, half: int | None) -> str | None:
    if half is not None and not 1 <= hours <= 12:
        return None
    hours = hours if half is None else hours % 12 + half
    if not 0 <= hours <= 24:
        return None
    return f"T{hours:02d}:{minutes or 0:02d}"


def _part_clock(hour: int, part: str) -> str | None:
    return _clock(hour, None, 12 if part in ("AF", "EV") or (part == "NI" and 5 <= hour <= 11) else 0)


def _date(core: Core, modifier: str | None = None) -> Phrase:
    kind = TimeKind.TIME if isinstance(core, Clocked) else TimeKind.DATE
    return Phrase(kind=kind, core=core, modifier=modifier)


def _date_edged(edge: str, core: Core) -> Phrase | None:
    """ "Earlier this year" is one phrase, "earlier Friday" an adverb and a day."""
    return None if _is_day(core) else _date(core, edge)


def _duration(length: Length, modifier: str | None = None) -> Phrase:
    return Phrase(kind=TimeKind.DURATION, core=Plain(value=length.value), modifier=modifier)


def _every(value: str) -> Phrase:
    return Phrase(kind=TimeKind.SET, core=Plain(value=value))


def _every_member(part: Cyclic, clock: str = "") -> Phrase | None:
    match part.cycle:
        case Cycle.WEEKDAY:
            return _every(f"XXXX-WXX-{part.number}{clock and 'T' + clock}")
        case Cycle.MONTH:
            return _every(f"XXXX-{part.month:02d}")
        case Cycle.MONTH_DAY:
            return _every(f"XXXX-{part.month:02d}-{part.number:02d}")
        case Cycle.QUARTER:
            return _every(f"XXXX-Q{part.number}")
        case Cycle.SEASON:
            return _every(f"XXXX-{part.name}")
    return None


def _value(value: object) -> object:
    return value


def _constant(value: object) -> Callable[..., object]:
    return lambda *_: value


_COUNTS = (
    Rule(name="COUNT", items="NUM", build=_value),
    Rule(name="COUNT", items="a|an", build=_constant(1)),
    Rule(name="COUNT", items="a few|number|handful|matter of?", build=_constant("X")),
    Rule(name="COUNT", items="several|few|many|some|numerous|multiple|various", build=_constant("X")),
    Rule(name="COUNT", items="a couple of?", build=_constant(2)),
    Rule(name="COUNT", items="couple of", build=_constant(2)),
    Rule(name="COUNT", items="half a|an", build=_constant(0.5)),
    Rule(name="COUNT", items="a dozen", build=_constant(12)),
    Rule(name="COUNT", items="a hundred", build=_constant(100)),
    Rule(name="COUNT", items="a thousand", build=_constant(1000)),
    Rule(name="COUNT", items="dozens|hundreds|thousands|millions|billions of", build=_constant("X")),
    Rule(name="COUNT", items="NUM and a half", build=lambda number: number + 0.5),
    Rule(name="COUNT", items="NUM to|or|- NUM", build=lambda low, high: low if low < high else None),
    Rule(name="FILL", items="more|additional|full|consecutive|straight|whole|calendar|trading|business|solid|long|working|other", build=_constant("")),
    Rule(name="FILL", items="or more|so", build=_constant("")),
    Rule(name="ANYUNIT", items="UNIT|UNITS", build=_value),
    Rule(name="LENGTH", items="COUNT FILL? UNITS", build=lambda count, *rest: _length(count, rest[-1])),
    Rule(name="LENGTH", items="COUNT FILL? UNIT", build=lambda count, *rest: _counted(count, rest[-1])),
    Rule(name="LENGTH", items="COUNT UNIT or so", build=_length),
    Rule(name="LENGTH", items="NUM UNITS and a half", build=lambda count, unit: _length(count + 0.5, unit)),
    Rule(name="LENGTH", items="a|an UNIT and a half", build=lambda unit: _length(1.5, unit)),
    Rule(name="LENGTH", items="a|an UNIT or NUM", build=lambda unit, _: _length(1, unit)),
    Rule(name="LENGTH", items="an additional UNIT", build=lambda unit: _length(1, unit)),
    Rule(name="SOMETIME", items="UNITS", build=lambda unit: _length("X", unit)),
)  # fmt: skip

_CALENDAR = (
    # Years and larger.
    Rule(name="YEAR", items="YEARNUM|SHORTYEAR", build=_year),
    Rule(name="YEAR", items="the year YEARNUM", build=_year),
    Rule(name="YEAR", items="the year NUM", build=lambda year: _year(year) if 1000 <= year < 2200 else None),
    Rule(name="YEAR", items="the? fiscal|calendar year? YEARNUM|SHORTYEAR", build=_year),
    Rule(name="YEAR", items="the current|present fiscal|calendar|financial|school|model? year", build=_constant(Relative(unit=Unit.YEAR, steps=0))),
    Rule(name="YEAR", items="SIDE fiscal|calendar|financial year", build=lambda side: Relative(unit=Unit.YEAR, steps=side)),
    Rule(name="YEAR", items="SIDE year", build=lambda side: Relative(unit=Unit.YEAR, steps=side)),
    Rule(name="YEAR", items="that|the same year", build=_constant(Relative(unit=Unit.YEAR, steps=0, base=Base.REFERENCE))),
    Rule(name="YEAR", items="the same year", build=_constant(Relative(unit=Unit.YEAR, steps=0, base=Base.REFERENCE))),
    Rule(name="YEAR", items="the previous|preceding|prior year", build=_constant(Relative(unit=Unit.YEAR, steps=-1, base=Base.REFERENCE))),
    Rule(name="YEAR", items="the following year", build=_constant(Relative(unit=Unit.YEAR, steps=1, base=Base.REFERENCE))),
    Rule(name="CALENDAR", items="BAREYEAR", build=_year),
    Rule(name="CALENDAR", items="the YEARNUM quarter|period|season", build=_year),
    Rule(name="CALENDAR", items="YEAR", build=lambda year: None if isinstance(year, Fixed) else year),
    Rule(name="CALENDAR", items="the year YEARNUM", build=_year),
    Rule(name="CALENDAR", items="the year NUM", build=lambda year: _year(year) if 1000 <= year < 2200 else None),
    Rule(name="CALENDAR", items="the? fiscal|calendar year? YEARNUM|SHORTYEAR", build=_year),
    Rule(name="CALENDAR", items="the? DECADE", build=lambda tens: _fixed(calendar.of_decade, tens)),
    Rule(name="CALENDAR", items="the SHORTDECADE", build=lambda tens: _fixed(calendar.of_decade, tens)),
    Rule(name="TOP", items="the EDGE SHORTDECADE", build=lambda edge, tens: _date(_fixed(calendar.of_decade, tens), edge)),
    Rule(name="CALENDAR", items="the? ORD century", build=_century),
    # Months and their days.
    Rule(name="MONTHS", items="MONTH", build=_month),
    Rule(name="DAYOFMONTH", items="DAYNUM|ORD", build=_value),
    Rule(name="DAYS", items="MONTH the? DAYOFMONTH", build=_month_day),
    Rule(name="DAYS", items="DAYNUM MONTH", build=_day_month),
    Rule(name="DAYS", items="the? ORD of? MONTH", build=_day_month),
    Rule(name="YEARLY", items="MONTHS|DAYS|QUARTERS|HALVES|SEASONAL|HOLIDAYS", build=_value),
    Rule(name="CALENDAR", items="YEARLY", build=lambda part: None if part.cycle is Cycle.HALF else part),
    Rule(name="CALENDAR", items="YEARLY ,? YEAR", build=_in_year),
    Rule(name="CALENDAR", items="YEARLY of|in YEAR", build=_in_year),
    Rule(name="CALENDAR", items="DATENUM", build=lambda day: _fixed(calendar.of_day, day)),
    Rule(name="DATED", items="DAYS ,? YEAR", build=_in_year),
    # Weekdays.
    Rule(name="WEEKDAYNAME", items="WEEKDAY", build=_weekday),
    Rule(name="CALENDAR", items="WEEKDAYNAME", build=_value),
    Rule(name="CALENDAR", items="WEEKDAY|SHORTWEEKDAY .? ,? the? DAYS|DATED", build=lambda _, day: day),
    Rule(name="CALENDAR", items="this|next coming? WEEKDAY ,? DAYS|DATED", build=lambda _, day: day),
    Rule(name="CALENDAR", items="WEEKDAYNAME of? WEEKSAWAY", build=lambda part, whole: Within(part=part, whole=whole)),
    Rule(name="WEEKSAWAY", items="SIDE week", build=lambda side: Relative(unit=Unit.WEEK, steps=side)),
    Rule(name="WEEKSAWAY", items="that week", build=_constant(Relative(unit=Unit.WEEK, steps=0, base=Base.REFERENCE))),
    # Quarters, halves, seasons, holidays.
    Rule(name="QUARTERS", items="the? fiscal? ORD fiscal? quarter", build=_quarter),
    Rule(name="QUARTERS", items="ORD quarters", build=_quarter, behind="and|or|to|through"),
    Rule(name="QUARTERS", items="the? final quarter", build=_constant(_quarter(4))),
    Rule(name="CALENDAR", items="the? YEARNUM ORD quarter", build=lambda year, number: _quarter(number) and _in_year(_quarter(number), _year(year))),
    Rule(name="CALENDAR", items="YEAR 's QUARTERS|SEASONAL", build=_year_of),
    Rule(name="QUARTERS", items="QUARTERNUM", build=_quarter),
    Rule(name="HALVES", items="HALFNUM", build=_half),
    Rule(name="HALVES", items="the? ORD half", build=_half),
    Rule(name="HALVES", items="the last|latter half", build=_constant(_half(2))),
    Rule(name="SEASONAL", items="the? SEASON", build=_season),
    Rule(name="HOLIDAYS", items="HOLIDAY", build=_holiday),
    # Sides of a cycle.
    Rule(name="MEMBER", items="WEEKDAYNAME|MONTHS|DAYS|HOLIDAYS", build=_value),
    Rule(name="MEMBER", items="SEASON", build=_season),
    Rule(name="CALENDAR", items="SIDE MEMBER", build=_sided),
    Rule(name="CALENDAR", items="this past MEMBER", build=lambda part: _sided(-1, part)),
    Rule(name="CALENDAR", items="this coming MEMBER", build=lambda part: _sided(1, part)),
    Rule(name="CALENDAR", items="the previous|preceding MEMBER", build=lambda part: Cyclic(cycle=part.cycle, month=part.month, number=part.number, name=part.name, side=-1, base=Base.REFERENCE)),
    Rule(name="CALENDAR", items="the following|next MEMBER", build=lambda part: Cyclic(cycle=part.cycle, month=part.month, number=part.number, name=part.name, side=1, base=Base.REFERENCE)),
    # Counted from a base.
    Rule(name="CALENDAR", items="today", build=_constant(Relative(unit=Unit.DAY, steps=0))),
    Rule(name="CALENDAR", items="yesterday", build=_constant(Relative(unit=Unit.DAY, steps=-1))),
    Rule(name="CALENDAR", items="tomorrow", build=_constant(Relative(unit=Unit.DAY, steps=1))),
    Rule(name="CALENDAR", items="the day before yesterday", build=_constant(Relative(unit=Unit.DAY, steps=-2))),
    Rule(name="CALENDAR", items="the day after tomorrow", build=_constant(Relative(unit=Unit.DAY, steps=2))),
    Rule(name="CALENDAR", items="the? SIDE UNIT", build=_relative),
    Rule(name="CALENDAR", items="this past UNIT", build=_moved(-1, Base.PUBLICATION)),
    Rule(name="CALENDAR", items="this coming UNIT", build=_moved(1, Base.PUBLICATION)),
    Rule(name="CALENDAR", items="the current|present UNIT", build=_moved(0, Base.PUBLICATION)),
    Rule(name="CALENDAR", items="the latest quarter|period", build=_constant(Relative(unit=Unit.QUARTER, steps=-1))),
    Rule(name="CALENDAR", items="the latest fiscal? year", build=_constant(Relative(unit=Unit.YEAR, steps=-1))),
    Rule(name="CALENDAR", items="the full year", build=_constant(Relative(unit=Unit.YEAR, steps=0)), not_ahead="#"),
    Rule(name="CALENDAR", items="the weekend", build=_constant(Cyclic(cycle=Cycle.WEEKEND))),
    Rule(name="THISUNIT", items="the UNIT", build=_moved(0, Base.PUBLICATION)),
    Rule(name="CALENDAR", items="that UNIT", build=_moved(0, Base.REFERENCE)),
    Rule(name="CALENDAR", items="that|the same UNIT", build=_moved(0, Base.REFERENCE)),
    Rule(name="CALENDAR", items="the same UNIT", build=_moved(0, Base.REFERENCE)),
    Rule(name="CALENDAR", items="the? previous|preceding UNIT", build=_moved(-1, Base.REFERENCE)),
    Rule(name="CALENDAR", items="the prior UNIT", build=_moved(-1, Base.REFERENCE)),
    Rule(name="CALENDAR", items="the following UNIT", build=_moved(1, Base.REFERENCE)),
    Rule(name="CALENDAR", items="the next day|morning", build=_constant(Relative(unit=Unit.DAY, steps=1, base=Base.REFERENCE))),
    Rule(name="BEFOREAFTER", items="the UNIT before", build=_moved(-1, Base.REFERENCE), not_ahead="#"),
    Rule(name="BEFOREAFTER", items="the UNIT after", build=_moved(1, Base.REFERENCE), not_ahead="#"),
    Rule(name="CALENDAR", items="LENGTH ago", build=_away(-1, Base.PUBLICATION)),
    Rule(name="CALENDAR", items="LENGTH hence", build=_away(1, Base.PUBLICATION)),
    Rule(name="CALENDAR", items="LENGTH from now|today", build=_away(1, Base.PUBLICATION)),
    Rule(name="CALENDAR", items="LENGTH earlier|previously|beforehand", build=_away(-1, Base.REFERENCE)),
    Rule(name="CALENDAR", items="LENGTH later|afterward|afterwards", build=_away(1, Base.REFERENCE)),
    Rule(name="CALENDAR", items="SOMETIME ago|earlier", build=_constant(Plain(value="PAST_REF"))),
    Rule(name="CALENDAR", items="SOMETIME later", build=_constant(Plain(value="FUTURE_REF"))),
    # The same stretch a year before, as reports of earnings have it.
    Rule(name="CALENDAR", items="year earlier|ago", build=_constant(SameUnit(years=-1, unit=None))),
    Rule(name="CALENDAR", items="the? year earlier|ago quarter|period|month", build=_constant(SameUnit(years=-1, unit=None))),
    Rule(name="CALENDAR", items="the year earlier|ago QUARTERS", build=lambda part: Within(part=part, whole=Relative(unit=Unit.YEAR, steps=-1))),
)  # fmt: skip

_CLOCK = (
    Rule(name="HOURS", items="CLOCK HALFDAY", build=lambda time, half: _clock(*time, half)),
    Rule(name="HOURS", items="NUM HALFDAY", build=lambda hour, half: _clock(hour, None, half) if isinstance(hour, int) else None),
    Rule(name="HOURS", items="NUM o'clock", build=lambda hour: _clock(hour, None, None) if isinstance(hour, int) else None),
    Rule(name="HOURS", items="NUM o'clock? in the PART", build=lambda hour, part: _part_clock(hour, part) if isinstance(hour, int) else None),
    Rule(name="HOURS", items="CLOCK in the PART", build=lambda time, part: _clock(*time, 12 if part in ("AF", "EV", "NI") else 0)),
    Rule(name="HOURS", items="NOON", build=_value),
    Rule(name="HOURS", items="HOURS ,? ZONE", build=lambda clock, _: clock),
    Rule(name="HOURS", items="HOURS local|standard|daylight|eastern|pacific|central|moscow|greenwich|universal mean? time", build=_value),
    Rule(name="ZONED", items="CLOCK ZONE", build=lambda time, _: _clock(*time, None)),
    Rule(name="ZONED", items="CLOCK local time", build=lambda time: _clock(*time, None)),
    Rule(name="HOURS", items="ZONED", build=_value),
    Rule(name="CLOCKED", items="HOURS", build=lambda clock: Clocked(clock=clock, day=None)),
    Rule(name="CLOCKED", items="HOURS|CLOCKNUM ,? on? CALENDAR", build=lambda clock, day: _clocked(clock, day)),
    Rule(name="CLOCKED", items="CALENDAR ,? at|around|about|by? HOURS|CLOCKNUM", build=lambda day, clock: _clocked(clock, day)),
    Rule(name="CLOCKNUM", items="CLOCK", build=lambda time: _clock(*time, None)),
    Rule(name="CLOCKED", items="EDGE? PART ,? CALENDAR", build=lambda *values: _clocked(f"T{values[-2]}", values[-1])),
    Rule(name="CLOCKED", items="CALENDAR EDGE? PART", build=lambda *values: _clocked(f"T{values[-1]}", values[0])),
    Rule(name="CLOCKED", items="the? PART|NOON of|on CALENDAR", build=lambda part, day: _clocked(f"T{part.removeprefix('T')}", day)),
    Rule(name="CLOCKED", items="the PART", build=lambda part: Clocked(clock=f"T{part}", day=None), behind="in|during", not_ahead="of"),
    Rule(name="CLOCKED", items="this PART", build=lambda part: Clocked(clock=f"T{part}", day=Relative(unit=Unit.DAY, steps=0))),
    Rule(name="CLOCKED", items="last night|evening", build=_constant(Clocked(clock="TNI", day=Relative(unit=Unit.DAY, steps=-1)))),
    Rule(name="CLOCKED", items="tonight", build=_constant(Clocked(clock="TNI", day=Relative(unit=Unit.DAY, steps=0)))),
    Rule(name="CLOCKED", items="overnight", build=_constant(Clocked(clock="TNI", day=None))),
    Rule(name="CLOCKED", items="that PART", build=lambda part: Clocked(clock=f"T{part}", day=Relative(unit=Unit.DAY, steps=0, base=Base.REFERENCE))),
)  # fmt: skip


def _clocked(clock: str | None, day: Core) -> Clocked | None:
    """A time on a day; None when the calendar phrase is longer than a day."""
    if clock is None or isinstance(day, Plain | Clocked | SameUnit):
        return None
    return Clocked(clock=clock, day=day) if _is_day(day) else None


def _is_day(core: Core) -> bool:
    match core:
        case Fixed(stretch=stretch):
            return stretch.first == stretch.last
        case Relative(unit=unit):
            return unit is Unit.DAY
        case Cyclic(cycle=cycle) | Within(part=Cyclic(cycle=cycle)):
            return cycle in (Cycle.WEEKDAY, Cycle.MONTH_DAY, Cycle.HOLIDAY)
    return False


_REFERENCES = (
    Rule(name="VAGUELY", items="VAGUE", build=_value),
    Rule(name="VAGUELY", items="more|most|very|just|only|until|as|right recently|now|lately|soon", build=_constant(None)),
    Rule(name="VAGUELY", items="the? near|immediate|foreseeable|distant|not future", build=_constant("FUTURE_REF")),
    Rule(name="VAGUELY", items="the future", build=_constant("FUTURE_REF")),
    Rule(name="VAGUELY", items="the near|short term", build=_constant("FUTURE_REF")),
    Rule(name="VAGUELY", items="the coming UNITS", build=_constant("FUTURE_REF")),
    Rule(name="VAGUELY", items="coming UNITS", build=_constant("FUTURE_REF")),
    Rule(name="VAGUELY", items="the UNITS ahead", build=_constant("FUTURE_REF")),
    Rule(name="VAGUELY", items="the? recent|distant past", build=_constant("PAST_REF")),
    Rule(name="VAGUELY", items="the past", build=_constant("PAST_REF")),
    Rule(name="VAGUELY", items="more recently", build=_constant("PAST_REF")),
    Rule(name="VAGUELY", items="recent|past UNITS", build=_constant("PAST_REF")),
    Rule(name="VAGUELY", items="recent|past UNITS and|or UNITS", build=_constant("PAST_REF")),
    Rule(name="VAGUELY", items="the present", build=_constant("PRESENT_REF")),
    Rule(name="VAGUELY", items="these days", build=_constant("PRESENT_REF")),
)  # fmt: skip

_TOP = (
    Rule(name="TOP", items="CALENDAR|CLOCKED", build=_date),
    Rule(name="TOP", items="EARLYLATE CALENDAR|CLOCKED", build=lambda edge, core: _date(core, edge)),
    Rule(name="TOP", items="EDGE CALENDAR", build=_date_edged),
    Rule(name="TOP", items="EDGE in|on CALENDAR|THISUNIT", build=lambda edge, core: _date(core, edge)),
    Rule(name="TOP", items="the EDGE CALENDAR", build=lambda edge, core: _date(core, edge)),
    Rule(name="TOP", items="the? EDGENOUN of CALENDAR|THISUNIT", build=lambda edge, core: _date(core, edge)),
    Rule(name="TOP", items="the? EDGE part|half|days|weeks|months|hours of CALENDAR|THISUNIT", build=lambda edge, core: _date(core, edge)),
    Rule(name="TOP", items="the last|latter half of CALENDAR", build=lambda core: _date(core, "END") if isinstance(core, Fixed) and core.stretch.grain.value == "decade" else None),
    Rule(name="TOP", items="ABOUT CALENDAR|CLOCKED", build=lambda about, core: _date(core, about)),
    Rule(name="TOP", items="ABOUT EDGE CALENDAR", build=lambda _, edge, core: _date(core, edge)),
    Rule(name="TOP", items="CALENDAR or so", build=lambda core: _date(core, "APPROX")),
    Rule(name="TOP", items="sometime CALENDAR", build=_date),
    Rule(name="TOP", items="more|less than LENGTH ago", build=lambda length: _date(_away(-1, Base.PUBLICATION)(length), "APPROX")),
    Rule(name="TOP", items="year end", build=_constant(_date(Relative(unit=Unit.YEAR, steps=0), "END"))),
    Rule(name="TOP", items="year 's end", build=_constant(_date(Relative(unit=Unit.YEAR, steps=0), "END"))),
    Rule(name="TOP", items="the fiscal? year", build=_constant(_duration(Length(count=1, unit=Unit.YEAR))), ahead="ended|ending"),
    Rule(name="TOP", items="THISUNIT", build=lambda core: _date(core) if core.unit in (Unit.WEEK, Unit.YEAR) else _date(SameUnit(years=0, unit=Unit.QUARTER)) if core.unit is Unit.QUARTER else None),
    Rule(name="TOP", items="BEFOREAFTER", build=_date),
    Rule(name="TOP", items="VAGUELY", build=lambda value: _date(Plain(value=value))),
    Rule(name="TOP", items="the time", build=_constant(_date(SameUnit(years=0, unit=None))), behind="at", not_ahead="of|that|when|he|she|it|they|the|a|an|and"),
    # Durations.
    Rule(name="TOP", items="LENGTH", build=_duration),
    Rule(name="TOP", items="at least|most the? SIDE COUNT UNITS", build=lambda _, count, unit: _duration(_length(count, unit), "APPROX")),
    Rule(name="TOP", items="each of the SIDE COUNT UNITS", build=lambda _, count, unit: _duration(_length(count, unit))),
    Rule(name="NOISE", items="LENGTH old|olds", build=_value),
    Rule(name="NOISE", items="LENGTH of age", build=_value),
    Rule(name="NOISE", items="NUM quarters of?", build=_value, behind="about|nearly|than|almost|some|over|roughly"),
    Rule(name="NOISE", items="ABOUT? NUM quarters|quarter of", build=_constant("")),
    Rule(name="NOISE", items="more|less than a|one quarter", build=_constant("")),
    Rule(name="NOISE", items="a quarter", build=_constant("")),
    Rule(name="NOISE", items="aged|age NUM UNITS?", build=_constant("")),
    Rule(name="NOISE", items="as|too soon as?", build=_constant("")),
    Rule(name="NOISE", items="VAGUE after|before|thereafter|afterward|afterwards", build=_value),
    Rule(name="TOP", items="ABOUT LENGTH", build=lambda about, length: _duration(length, about)),
    Rule(name="TOP", items="at least|most LENGTH", build=lambda length: _duration(length, "APPROX")),
    Rule(name="TOP", items="over LENGTH", build=lambda length: _duration(length, "MORE_THAN") if length.count else None),
    Rule(name="TOP", items="more|less|fewer|longer than LENGTH", build=lambda length: _duration(length, "APPROX")),
    Rule(name="TOP", items="no more|less|longer than LENGTH", build=lambda length: _duration(length, "APPROX")),
    Rule(name="TOP", items="up to LENGTH", build=lambda length: _duration(length, "EQUAL_OR_LESS")),
    Rule(name="TOP", items="LENGTH or so|more|less", build=lambda length: _duration(length, "APPROX")),
    Rule(name="TOP", items="the? SIDE COUNT UNITS", build=lambda _, count, unit: _duration(_length(count, unit))),
    Rule(name="TOP", items="the SIDE COUNT UNIT", build=lambda _, count, unit: _duration(_length(count, unit))),
    Rule(name="TOP", items="the previous|first|final|latest|initial|opening|most COUNT UNITS", build=lambda count, unit: _duration(_length(count, unit))),
    Rule(name="TOP", items="the? ORD COUNT UNITS", build=lambda _, count, unit: _duration(_length(count, unit))),
    Rule(name="TOP", items="the COUNT UNITS", build=lambda count, unit: _duration(_length(count, unit))),
    Rule(name="TOP", items="UNITS long", build=lambda unit: _duration(_length("X", unit))),
    Rule(name="TOP", items="UNIT long", build=lambda unit: _duration(_length(1, unit))),
    Rule(name="TOP", items="SOMETIME", build=_duration, behind="for|within|in"),
    Rule(name="TOP", items="UNITS or|and UNITS", build=lambda unit, _: _duration(_length("X", unit))),
    # Sets.
    Rule(name="ELLIPSIS", items="DAYNUM|ORD", build=lambda day: Cyclic(cycle=Cycle.DAY, number=day) if day <= 31 else None),
    Rule(name="ELLIPSIS", items="DAYNUM ,? YEARNUM", build=lambda day, year: Within(part=Cyclic(cycle=Cycle.DAY, number=day), whole=_year(year))),
    Rule(name="ELLIPSIS", items="the? ORD", build=_quarter),
    Rule(name="ELLIPSIS", items="the? ORD", build=_half),
    Rule(name="ELLIPSIS", items="TWODIGITS", build=lambda year: Cyclic(cycle=Cycle.YEAR, number=year)),
    Rule(name="TOP", items="every|each ANYUNIT", build=lambda unit: _every(_length(1, unit).value)),
    Rule(name="TOP", items="every other ANYUNIT", build=lambda unit: _every(_length(2, unit).value)),
    Rule(name="TOP", items="every COUNT UNITS", build=lambda count, unit: _every(_length(count, unit).value)),
    Rule(name="TOP", items="every|each MEMBER", build=_every_member),
    Rule(name="TOP", items="every|each PART", build=_constant(_every("P1D"))),
    Rule(name="TOP", items="WEEKDAYS", build=lambda number: _every(f"XXXX-WXX-{number}")),
    Rule(name="TOP", items="WEEKDAY PARTS", build=lambda number, part: _every(f"XXXX-WXX-{number}T{part}")),
    Rule(name="TOP", items="FREQUENCY", build=_every),
    Rule(name="TOP", items="a|an|per UNIT", build=lambda unit: _every(_length(1, unit).value), behind="times|twice|once"),
)  # fmt: skip

GRAMMAR = Grammar((*_COUNTS, *_CALENDAR, *_CLOCK, *_REFERENCES, *_TOP))
