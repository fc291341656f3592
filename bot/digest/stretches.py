"""The stretch of days that somebody asks for: "november", "since monday", "2010-01-12", "the last 3 days"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.digest.dates import resolve
from bot.digest.dates.calendar import Unit
from bot.digest.dates.lexicon import MONTHS, SEASONS, SHORT_WEEKDAYS, UNITS, WEEKDAYS
from bot.digest.model import Grain, When

LONGEST = 7  #: words of a phrase of time
_SINCE = frozenset({"since", "from", "after"})
_UNTIL = frozenset({"until", "till", "before"})
_WITHIN = frozenset({"in", "on", "during", "of", "for", "at", "over", "around", "between", "by"})
_UNSURE = frozenset({"may", "march", "mar", "sun", "sat", "fall", "spring", "second", "mon", "wed"})  #: other words too
_FULL_MONTHS = {number: name for name, number in reversed(MONTHS.items())}
_FULL_WEEKDAYS = {number: name for name, number in WEEKDAYS.items()}
_WORDS_OF_TIME = frozenset({*MONTHS, *WEEKDAYS, *SHORT_WEEKDAYS, *SEASONS, "today", "yesterday", "tomorrow", "ago"})
_UNITS = {name: unit for name, (unit, count) in UNITS.items() if count == 1}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 30, Unit.YEAR: 365}
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_NUMERIC = re.compile(r"(?:19|20)\d\d|\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}/\d{1,2}(?:/\d{2,4})?")
_ROLLING = re.compile(r"(?:the )?(?:past(?: (\d{1,3}))?|last (\d{1,3})) (day|week|month|year)s?")
_ENDS = ".,;:!?\"'“”()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days that somebody asks for: ``said`` in these words, which leave ``rest`` of what was written."""

    when: When
    said: str
    rest: str


def stretch(words: str, today: date) -> Stretch | None:
    """The first stretch of days that ``words`` name, counted from ``today``; None when they name none.

    Of several readings the latest that has begun is meant: "june" in November is the June before.
    """
    found = words.split()
    for start in range(len(found)):
        for end in range(min(len(found), start + LONGEST), start, -1):
            phrase = [word.strip(_ENDS) for word in found[start:end]]
            when = _read(phrase, today, alone=end - start == len(found), before=found[:start])
            if when is not None:
                begin = start
                bound = found[start - 1].lower() if start else ""
                if bound in _SINCE | _UNTIL | _WITHIN:
                    begin, when = start - 1, _bounded(bound, when)
                said = " ".join(found[begin:end]).strip(_ENDS)
                return Stretch(when=when, said=said, rest=" ".join([*found[:begin], *found[end:]]))
    return None


def fits(when: When, asked: When) -> bool:
    """Whether a date belongs to the days asked for: it lies in them, or meets them and is about as fine."""
    if not when.meets(asked):
        return False
    inside = (asked.first or date.min) <= (when.first or date.min) and (when.last or date.max) <= (
        asked.last or date.max
    )
    return inside or _length(when) <= min(max(_length(asked), 7), 31)


def _read(phrase: list[str], today: date, *, alone: bool, before: list[str]) -> When | None:
    """The days that exactly these words name."""
    lower = [word.lower() for word in phrase]
    rolling = _ROLLING.fullmatch(" ".join(lower))
    if rolling is not None:
        days = _DAYS[_UNITS[rolling[3]]] * int(rolling[1] or rolling[2] or 1)
        return When(first=today - timedelta(days=days), last=today, grain=Grain.RANGE, reckoned=True)
    if not _is_timely(lower) or (
        len(lower) == 1
        and lower[0] in _UNSURE
        and not (alone or (before and before[-1].lower() in _SINCE | _UNTIL | _WITHIN))
    ):
        return None
    readings = [when for spelled in _spellings(lower) for when in resolve(spelled, today)]
    begun = [when for when in readings if (when.first or when.last or today) <= today]
    return max(begun, key=lambda when: when.first or date.min) if begun else next(iter(readings), None)


def _is_timely(lower: list[str]) -> bool:
    """Whether the words can be a date at all: they begin and end with one of time, a number or a unit."""
    timely = [word in _WORDS_OF_TIME or _NUMERIC.fullmatch(word) is not None for word in lower]
    unit = lower[-1].removesuffix("s") in _UNITS and lower[0] in {"this", "last", "next", "the", "a", "one"}
    if not any(timely) and not unit:
        return False
    return all(
        is_timely
        or word.isdecimal()
        or word
        in {"the", "this", "last", "next", "early", "late", "mid", "to", "and", "of", "a", "before", "until", "day"}
        or word.removesuffix("s") in _UNITS
        or re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)|one|two|three|four|five|six|seven|eight|nine|ten", word)
        for word, is_timely in zip(lower, timely, strict=True)
    ) and not (
        lower[-1] in {"the", "to", "and", "of", "a", "this", "last", "next", "until", "before"} or lower[0] == "and"
    )


def _spellings(lower: list[str]) -> Iterator[str]:
    """The phrase as an article would print it: names of months and weekdays in full, ranges with "to"."""
    if len(lower) == 1 and (numbers := _YEAR_MONTH.fullmatch(lower[0])):
        if 1 <= int(numbers[2]) <= 12:
            yield f"{_FULL_MONTHS[int(numbers[2])].capitalize()} {numbers[1]}"
        return
    spelled = [_full(word) for word in lower]
    yield " ".join("to" if word in {"and", "until"} else word for word in spelled)
    if spelled[0] == "day":
        yield f"the {' '.join(spelled)}"


def _full(word: str) -> str:
    if word in MONTHS:
        return _FULL_MONTHS[MONTHS[word]].capitalize()
    number = WEEKDAYS.get(word) or SHORT_WEEKDAYS.get(word)
    return word if number is None else _FULL_WEEKDAYS[number].capitalize()


def _bounded(bound: str, when: When) -> When:
    """The days from, after, until or before a date."""
    day = timedelta(days=1)
    ranged = when.grain is Grain.RANGE
    match bound:
        case "since" | "from" if not ranged:
            return replace(when, last=None)
        case "after" if when.last is not None and when.last < date.max:
            return replace(when, first=when.last + day, last=None)
        case "until" | "till" if not ranged:
            return replace(when, first=None)
        case "before" if when.first is not None and when.first > date.min:
            return replace(when, first=None, last=when.first - day)
        case _:
            return when


def _length(when: When) -> int:
    """Days; many for an open end."""
    if when.first is None or when.last is None:
        return date.max.toordinal()
    return (when.last - when.first).days + 1
