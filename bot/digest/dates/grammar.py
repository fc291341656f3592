"""The grammar of English time phrases. Read a line as: NAME may be ITEMS, and means what the function makes of them.

Items are explained in ``chart.Rule``, the classes of words (MONTH, UNIT, SIDE, EDGE ...) in ``lexicon`` and ``lexer``.
TOP is a whole time phrase, NOISE what only looks like one; ELLIPSIS is a number that shares the month, year or unit
beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.digest.dates import building as b
from bot.digest.dates.building import always, relative
from bot.digest.dates.calendar import Unit
from bot.digest.dates.chart import Grammar, Rule
from bot.digest.dates.meaning import Base, Clocked, Cycle, Cyclic, Plain, Relative, SameUnit

_HERE, _THERE = Base.PUBLICATION, Base.REFERENCE
_YEAR_BEFORE = SameUnit(years=-1, unit=None)


def rule(name: str, items: str, build: Callable[..., object], **around: str) -> Rule:
    """One line of the grammar; ``around`` are the conditions of ``Rule``."""
    return Rule(name=name, items=items, build=build, **around)


_LENGTHS = (
    rule("COUNT", "NUM", b.same),
    rule("COUNT", "a|an", always(1)),
    rule("COUNT", "a few|number|handful of?", always("X")),
    rule("COUNT", "several|few|many|some|numerous|multiple|various", always("X")),
    rule("COUNT", "a? couple of", always(2)),
    rule("COUNT", "a couple", always(2)),
    rule("COUNT", "half a|an", always(0.5)),
    rule("COUNT", "a dozen", always(12)),
    rule("COUNT", "a hundred", always(100)),
    rule("COUNT", "a thousand", always(1000)),
    rule("COUNT", "dozens|hundreds|thousands|millions|billions of", always("X")),
    rule("COUNT", "NUM and a half", lambda number: number + 0.5),
    rule("COUNT", "NUM to|or|- NUM", b.lower_bound),
    rule("FILL", "more|additional|full|consecutive|straight|whole|calendar|trading|business", always("")),
    rule("FILL", "solid|long|working|other", always("")),
    rule("FILL", "or more|so", always("")),
    rule("ANYUNIT", "UNIT|UNITS", b.same),
    rule("LENGTH", "COUNT FILL? UNITS", b.filled_length),
    rule("LENGTH", "COUNT FILL? UNIT", b.single_length),
    rule("LENGTH", "COUNT UNIT or so", b.length),
    rule("LENGTH", "NUM UNITS and a half", b.half_more),
    rule("LENGTH", "a|an UNIT and a half", lambda unit: b.half_more(1, unit)),
    rule("LENGTH", "a|an UNIT or NUM", lambda unit, _: b.loose(b.length(1, unit))),
    rule("LENGTH", "an additional UNIT", lambda unit: b.length(1, unit)),
)

_YEARS = (
    rule("YEAR", "YEARNUM|SHORTYEAR", b.year),
    rule("YEAR", "the year NUM|YEARNUM", b.year),
    rule("YEAR", "the? fiscal|calendar year? YEARNUM|SHORTYEAR", b.year),
    rule("YEAR", "the current|present fiscal|calendar|financial|school year", relative(Unit.YEAR, 0)),
    rule("YEAR", "the latest fiscal? year", relative(Unit.YEAR, -1)),
    rule("YEAR", "SIDE fiscal|calendar|financial? year", lambda side: Relative(unit=Unit.YEAR, steps=side)),
    rule("YEAR", "that same? year", relative(Unit.YEAR, 0, _THERE)),
    rule("YEAR", "the same year", relative(Unit.YEAR, 0, _THERE)),
    rule("YEAR", "the previous|preceding|prior year", relative(Unit.YEAR, -1, _THERE)),
    rule("YEAR", "the following year", relative(Unit.YEAR, 1, _THERE)),
    rule("CALENDAR", "YEAR", b.unless_fixed),
    rule("CALENDAR", "BAREYEAR", b.year),
    rule("CALENDAR", "the YEARNUM season", b.year),
    rule("CALENDAR", "the year NUM|YEARNUM", b.year),
    rule("CALENDAR", "the? fiscal|calendar year? YEARNUM|SHORTYEAR", b.year),
    rule("CALENDAR", "the full year", relative(Unit.YEAR, 0)),
    rule("CALENDAR", "the? DECADE", b.decade),
    rule("CALENDAR", "the SHORTDECADE", b.decade),
    rule("CALENDAR", "the? ORD century", b.spelled_century),
)

_PARTS_OF_YEARS = (
    rule("MONTHS", "MONTH", b.month),
    rule("DAYOFMONTH", "DAYNUM|ORD", b.same),
    rule("DAYS", "MONTH the? DAYOFMONTH", b.month_day),
    rule("DAYS", "DAYNUM MONTH", b.day_month),
    rule("DAYS", "the? ORD of? MONTH", b.day_month),
    rule("WEEKS", "the? week of DAYS", b.week_of),
    rule("NTHDAYS", "the ORD WEEKDAY of|in MONTH", b.nth_weekday),
    rule("NTHDAYS", "the last WEEKDAY of|in MONTH", lambda number, of_month: b.nth_weekday(-1, number, of_month)),
    rule("CALENDAR", "9/11", always(b.day(date(2001, 9, 11)))),
    rule(
        "CALENDAR", "MONTH DAYNUM", b.september_11, ahead="attack|attacks|terrorist|terror|hijackings|hijackers|style"
    ),
    rule("QUARTERS", "the? fiscal? ORD fiscal? quarter", b.quarter),
    rule("QUARTERS", "ORD quarters", b.quarter, behind="and|or|to|through"),
    rule("QUARTERS", "the? final quarter", always(b.quarter(4))),
    rule("QUARTERS", "QUARTERNUM", b.quarter),
    rule("HALVES", "HALFNUM", b.half),
    rule("HALVES", "the? ORD half", b.half),
    rule("HALVES", "the last|latter half", always(b.half(2))),
    rule("SEASONAL", "the? SEASON", b.season),
    rule("HOLIDAYS", "HOLIDAY", b.holiday),
    rule("HOLIDAYS", "the? HOLIDAY week", b.holiday_week),
    rule("HOLIDAYS", "the? HOLIDAY weekend", b.holiday_weekend),
    rule("YEARLY", "MONTHS|DAYS|WEEKS|NTHDAYS|QUARTERS|HALVES|SEASONAL|HOLIDAYS", b.same),
    rule("CALENDAR", "YEARLY", b.unless_half),
    rule("CALENDAR", "YEARLY ,? YEAR", b.in_year),
    rule("CALENDAR", "YEARLY of|in YEAR", b.in_year),
    rule("CALENDAR", "SEASONAL of? YEARNUM -|/ TWODIGITS", b.in_winter_of),
    rule("CALENDAR", "YEAR 's QUARTERS|HALVES|SEASONAL", b.year_of),
    rule("CALENDAR", "the? YEARNUM fiscal? ORD quarter", b.quarter_of),
    rule("DATED", "DAYS ,? YEAR", b.in_year),
    rule("CALENDAR", "DATENUM", b.day),
)

_WEEKDAYS = (
    rule("WEEKDAYNAME", "WEEKDAY", b.weekday),
    rule("CALENDAR", "WEEKDAYNAME", b.same),
    rule("CALENDAR", "WEEKDAY|SHORTWEEKDAY .? ,? the? DAYS|DATED", b.dated_weekday),
    rule("CALENDAR", "this|next coming? WEEKDAY ,? DAYS|DATED", b.dated_weekday),
    rule("CALENDAR", "WEEKDAYNAME of? WEEKSAWAY", b.within),
    rule("WEEKSAWAY", "SIDE week", lambda side: Relative(unit=Unit.WEEK, steps=side)),
    rule("WEEKSAWAY", "that week", relative(Unit.WEEK, 0, _THERE)),
    rule("CALENDAR", "the weekend", always(Cyclic(cycle=Cycle.WEEKEND))),
)

_SIDES = (
    rule("MEMBER", "WEEKDAYNAME|MONTHS|DAYS|HOLIDAYS", b.same),
    rule("MEMBER", "SEASON", b.season),
    rule("CALENDAR", "SIDE MEMBER", b.sided),
    rule("CALENDAR", "this|the past MEMBER", b.on_side(-1)),
    rule("CALENDAR", "this coming MEMBER", b.on_side(1)),
    rule("CALENDAR", "the previous|preceding MEMBER", b.on_side(-1, _THERE)),
    rule("CALENDAR", "the following|next MEMBER", b.on_side(1, _THERE)),
)

_COUNTED = (
    rule("CALENDAR", "today", relative(Unit.DAY, 0)),
    rule("CALENDAR", "yesterday", relative(Unit.DAY, -1)),
    rule("CALENDAR", "tomorrow", relative(Unit.DAY, 1)),
    rule("CALENDAR", "the day before yesterday", relative(Unit.DAY, -2)),
    rule("CALENDAR", "the day after tomorrow", relative(Unit.DAY, 2)),
    rule("CALENDAR", "the? SIDE UNIT", b.side_of_unit),
    rule("CALENDAR", "this past UNIT", b.moved(-1, _HERE)),
    rule("CALENDAR", "this coming UNIT", b.moved(1, _HERE)),
    rule("CALENDAR", "the current|present UNIT", b.moved(0, _HERE)),
    rule("CALENDAR", "the latest quarter|period", always(SameUnit(years=0, unit=Unit.QUARTER, over=True))),
    rule("THISUNIT", "the UNIT", b.moved(0, _HERE)),
    rule("CALENDAR", "that same? UNIT", b.moved(0, _THERE)),
    rule("CALENDAR", "the same UNIT", b.moved(0, _THERE), not_ahead="as|that|of"),
    rule("CALENDAR", "the? previous|preceding UNIT", b.moved(-1, _THERE)),
    rule("CALENDAR", "the prior UNIT", b.moved(-1, _THERE)),
    rule("CALENDAR", "the following UNIT", b.moved(1, _THERE)),
    rule("CALENDAR", "the next day", relative(Unit.DAY, 1, _THERE)),
    rule("CALENDAR", "the UNIT before", b.moved(-1, _THERE), not_ahead="#"),
    rule("CALENDAR", "the UNIT after", b.moved(1, _THERE), not_ahead="#"),
    rule("CALENDAR", "LENGTH ago", b.away(-1, _HERE)),
    rule("CALENDAR", "LENGTH hence", b.away(1, _HERE)),
    rule("CALENDAR", "LENGTH from now|today", b.away(1, _HERE)),
    rule("CALENDAR", "a week ago WEEKDAYNAME", lambda part: b.within(part, Relative(unit=Unit.WEEK, steps=-1))),
    rule("CALENDAR", "a week from WEEKDAYNAME", lambda part: b.within(part, Relative(unit=Unit.WEEK, steps=1))),
    rule("CALENDAR", "LENGTH earlier|previously|beforehand", b.away(-1, _THERE)),
    rule("CALENDAR", "LENGTH later|afterward|afterwards", b.away(1, _THERE)),
    rule("CALENDAR", "UNITS ago|earlier", always(Plain(value="PAST_REF"))),
    rule("CALENDAR", "UNITS later", always(Plain(value="FUTURE_REF"))),
    # The same stretch a year before, as reports of earnings have it.
    rule("CALENDAR", "year earlier|ago", always(_YEAR_BEFORE)),
    rule("CALENDAR", "the? year earlier|ago quarter|period|month", always(_YEAR_BEFORE)),
    rule("PERIOD", "quarter|period|half", always("")),
    rule("LIKE", "the same|corresponding|comparable|like", always("")),
    rule("CALENDAR", "LIKE PERIOD last year", always(_YEAR_BEFORE)),
    rule("CALENDAR", "LIKE PERIOD a year earlier|ago|before", always(_YEAR_BEFORE)),
    rule("CALENDAR", "the PERIOD a year earlier|ago|before", always(_YEAR_BEFORE)),
    rule("CALENDAR", "LIKE year earlier|ago PERIOD", always(_YEAR_BEFORE)),
    rule("CALENDAR", "LIKE PERIOD of|in YEARNUM", lambda *parts: b.same_in_year(parts[-1])),
    rule("CALENDAR", "the YEARNUM PERIOD", lambda number, _: b.same_in_year(number)),
    rule("CALENDAR", "YEAR 's PERIOD", lambda whole, _: b.same_in(whole)),
    rule("CALENDAR", "QUARTERS|HALVES a year earlier|ago|before", b.a_year_before),
    rule("CALENDAR", "the year earlier|ago QUARTERS", b.a_year_before),
)

_CLOCK = (
    rule("HOURS", "NUM|CLOCK HALFDAY", b.clock),
    rule("HOURS", "NUM o'clock", b.clock),
    rule("HOURS", "NUM|CLOCK o'clock? in the PART", b.clock_in_part),
    rule("HOURS", "NOON", b.same),
    rule("HOURS", "HOURS ,? ZONE", b.zoned),
    rule("HOURS", "HOURS local|standard|eastern|central|pacific|greenwich|universal|coordinated mean? time", b.same),
    rule("CLOCKTIME", "CLOCK", b.clock),
    rule("HOURS", "CLOCKTIME ZONE", b.zoned),
    rule("HOURS", "HHMM ZONE|hours", lambda time, _: b.clock(time)),
    rule("HOURS", "CLOCKTIME local time", b.same),
    rule("CLOCKED", "HOURS", b.undated),
    rule("CLOCKED", "HOURS|CLOCKTIME ,? on? CALENDAR", b.clocked),
    rule("CLOCKED", "CALENDAR ,? at|around|about|by? HOURS|CLOCKTIME", b.day_clocked),
    rule("CLOCKED", "HOURS ,? tonight", lambda time: Clocked(clock=time, day=Relative(unit=Unit.DAY, steps=0))),
    rule("CLOCKED", "HOURS ,? this PART", lambda time, _: Clocked(clock=time, day=Relative(unit=Unit.DAY, steps=0))),
    rule("CLOCKED", "NUM|CLOCK tonight", b.tonight_at),
    rule("CLOCKED", "EDGE? PART ,? CALENDAR", b.part_of_day),
    rule("CLOCKED", "the? PART|NOON of|on CALENDAR", b.part_of_day),
    rule("CLOCKED", "CALENDAR EDGE? PART", b.day_part),
    rule("CLOCKED", "the PART", b.part_undated, behind="in|during", not_ahead="of"),
    rule("CLOCKED", "this PART", b.part_counted(0)),
    rule("CLOCKED", "that PART", b.part_counted(0, _THERE)),
    rule("CLOCKED", "last night|evening", lambda: b.part_counted(-1)("NI")),
    rule("CLOCKED", "tonight", lambda: b.part_counted(0)("NI")),
    rule("CLOCKED", "overnight", lambda: b.part_counted(-1, _THERE)("NI")),
    rule("CLOCKED", "the following|next PART", b.part_counted(1, _THERE)),
    rule("CLOCKED", "the previous|preceding PART", b.part_counted(-1, _THERE)),
    rule("CLOCKED", "the PART before", b.part_counted(-1, _THERE), not_ahead="#"),
    rule("CLOCKED", "the PART of the ORD", b.part_of_month_day, not_ahead="#"),
)

_VAGUE = (
    rule("VAGUELY", "VAGUE", b.same),
    rule("VAGUELY", "more recently", always("PAST_REF")),
    rule("VAGUELY", "recent|past UNITS", always("PAST_REF")),
    rule("VAGUELY", "recent|past UNITS and|or UNITS", always("PAST_REF")),
    rule("VAGUELY", "the? recent|distant past", always("PAST_REF")),
    rule("VAGUELY", "the past", always("PAST_REF")),
    rule("VAGUELY", "the present", always("PRESENT_REF")),
    rule("VAGUELY", "these days", always("PRESENT_REF")),
    rule("VAGUELY", "the future", always("FUTURE_REF")),
    rule("VAGUELY", "the? near|immediate|foreseeable|distant future", always("FUTURE_REF")),
    rule("VAGUELY", "the near|short term", always("FUTURE_REF")),
    rule("VAGUELY", "the? coming UNITS", always("FUTURE_REF")),
    rule("VAGUELY", "the UNITS ahead", always("FUTURE_REF")),
    rule("VAGUELY", "a later date|time", always("FUTURE_REF")),
    rule("VAGUELY", "one day", always("FUTURE_REF"), behind="will|'ll|would|could|may|might|can|must|shall|should"),
)

_DATES = (
    rule("TOP", "CALENDAR|CLOCKED", b.dated),
    rule("TOP", "EARLYLATE CALENDAR|CLOCKED", b.modified),
    rule("TOP", "EDGE CALENDAR", b.edged),
    rule("TOP", "EDGE in the day", lambda edge: b.dated(Relative(unit=Unit.DAY, steps=0, base=_THERE), edge)),
    rule("TOP", "EDGE in|on CALENDAR|THISUNIT", b.modified),
    rule("TOP", "the EDGE CALENDAR", b.modified),
    rule("TOP", "the EDGE SHORTDECADE", b.early_decade),
    rule("TOP", "the? EDGENOUN of CALENDAR|THISUNIT", b.modified),
    rule("TOP", "the? EDGE part|half|days|weeks|months|hours of CALENDAR|THISUNIT", b.modified),
    rule("TOP", "the last|latter half of CALENDAR", b.latter_half),
    rule("TOP", "ABOUT CALENDAR|CLOCKED", b.modified),
    rule("TOP", "ABOUT EDGE CALENDAR", b.twice_modified),
    rule("TOP", "CALENDAR or so", b.approximate),
    rule("TOP", "sometime CALENDAR", b.dated),
    rule("TOP", "more|less than LENGTH ago", b.roughly_ago),
    rule("TOP", "year 's? end", always(b.dated(Relative(unit=Unit.YEAR, steps=0), "END"))),
    rule("TOP", "the fiscal? year", lambda: b.one((Unit.YEAR, 1)), ahead="ended|ending|through"),
    rule("TOP", "THISUNIT", b.the_unit, not_ahead="of"),
    rule("TOP", "THISUNIT", b.the_unit, behind="for", ahead="of"),
    rule("TOP", "VAGUELY", b.vague),
    rule("TOP", "the time", always(b.dated(SameUnit(years=0, unit=None))),
         behind="at", not_ahead="of|that|when|he|she|it|they|the|a|an|and"),
    rule("TOP", "then", always(b.dated(SameUnit(years=0, unit=None))), behind="until|till|by"),
    rule("ELLIPSIS", "DAYNUM|ORD", b.month_part),
    rule("ELLIPSIS", "DAYNUM ,? YEARNUM", b.month_part_in),
    rule("ELLIPSIS", "the? ORD", b.quarter),
    rule("ELLIPSIS", "the? ORD", b.half),
    rule("ELLIPSIS", "TWODIGITS|NUM", b.century_part),
)  # fmt: skip

_DURATIONS = (
    rule("TOP", "LENGTH", b.due, behind="in"),
    rule("TOP", "LENGTH", b.duration),
    rule("TOP", "ABOUT LENGTH", b.about),
    rule("TOP", "over LENGTH", b.over),
    rule("TOP", "at least|most LENGTH", b.bounded("APPROX")),
    rule("TOP", "no? more|less|fewer|longer than LENGTH", b.bounded("APPROX")),
    rule("TOP", "up to LENGTH", b.bounded("EQUAL_OR_LESS")),
    rule("TOP", "LENGTH or so|more|less", b.bounded("APPROX")),
    rule("TOP", "the? SIDE|past COUNT UNITS", b.counted),
    rule("TOP", "the SIDE|past COUNT UNIT", b.counted),
    rule("TOP", "the? past UNIT", b.one),
    rule("TOP", "the previous|first|final|latest|initial|opening|most COUNT UNITS", b.counted),
    rule("TOP", "the? ORD COUNT UNITS", b.counted),
    rule("TOP", "the COUNT UNITS", b.counted),
    rule("TOP", "at least|most the? SIDE|past COUNT UNITS", b.roughly_counted),
    rule("TOP", "each of the SIDE|past COUNT UNITS", b.counted),
    rule("TOP", "UNITS", b.uncounted, behind="for|within|in"),
    rule("TOP", "UNITS or|and UNITS", b.uncounted),
    rule("TOP", "UNITS long", b.uncounted),
    rule("TOP", "UNIT long", b.one),
)

_SETS = (
    rule("TOP", "every|each ANYUNIT", b.every(1)),
    rule("TOP", "every other ANYUNIT", b.every(2)),
    rule("TOP", "every COUNT UNITS", b.every_counted),
    rule("TOP", "every|each MEMBER", b.every_member),
    rule("TOP", "every|each PART", always(b.repeated("P1D"))),
    rule("TOP", "WEEKDAYS", b.every_weekday),
    rule("TOP", "WEEKDAY PARTS", b.every_weekday),
    rule("TOP", "FREQUENCY", b.repeated),
    rule("TOP", "a|an|per UNIT", b.every(1), behind="times|twice|once"),
)

_NOISE = (
    rule("NOISE", "LENGTH old|olds", b.same),
    rule("NOISE", "LENGTH of age", b.same),
    rule("NOISE", "aged|age NUM UNITS?", always("")),
    rule("NOISE", "as|too soon as?", always("")),
    rule("NOISE", "VAGUE after|before|thereafter|afterward|afterwards", b.same),
    rule("NOISE", "NUM quarters", b.same, behind="about|nearly|than|almost|some|over|roughly"),
    rule("NOISE", "ABOUT? NUM quarters|quarter of", always("")),
    rule("NOISE", "more|less than a|one quarter", always("")),
    rule("NOISE", "a quarter", always("")),
)

GRAMMAR = Grammar(
    (
        *(*_LENGTHS, *_YEARS, *_PARTS_OF_YEARS, *_WEEKDAYS, *_SIDES, *_CLOCK, *_COUNTED, *_VAGUE),
        *(*_DATES, *_DURATIONS, *_SETS, *_NOISE),
    )
)
