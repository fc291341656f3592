"""Words of choice as people type them in their own language, put into those that commands and buttons carry: pure.

Names of days and lengths of time are Unicode's; the other words stand in the catalogues, several between commas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from babel.core import Locale
from babel.units import format_unit

from bot.chats import Weekday
from bot.render.settings import LENGTHS, SECTIONS
from bot.render.words import SOURCE, language, phrase, say, speaking

TYPED = {
    # translators: what people type to switch something on; all usual words, between commas
    "on": phrase("on, yes"),
    # translators: what people type to switch something off; all usual words, between commas
    "off": phrase("off, no"),
    # translators: what people type to mean all of several things; all usual words, between commas
    "all": phrase("all"),
    # translators: what people type to mean none of several things; all usual words, between commas
    "none": phrase("none, nothing"),
    # translators: how people type that something comes every day; all usual words, between commas
    "daily": phrase("daily, every day"),
    # translators: how people type Monday to Friday; all usual words, between commas
    "weekdays": phrase("weekdays, on weekdays"),
    # translators: how people type Saturday and Sunday; all usual words, between commas
    "weekends": phrase("weekends, on weekends"),
    # translators: how people type once a week; all usual words, between commas
    "weekly": phrase("weekly, every week"),
    # translators: what people type beside times and days that says nothing more; all usual words, between commas
    "at": phrase("at, on, every, and"),
}  #: word -> what means the same in the reader's language
_APOSTROPHES = re.compile(r"[ʼ'’`]")
_BETWEEN = re.compile(r"([,~–—-])")  #: between days: "mon,wed", "mon-fri"
_SHORTEST_STEM = 3  #: letters of a day's name that its other forms share, at least
_LONG = 7  #: letters of a day's name from which two at its end may be others, "понеділок", "понеділка"; else one
_UNITS = {"h": "duration-hour", "d": "duration-day", "w": "duration-week"}


def as_carried(words: Sequence[str]) -> list[str]:
    """The words with those of the reader's language put into English; others stay as they are."""
    head = words[0].lower() if words else ""
    if language() == SOURCE or head == "watch":  # what is watched for is of the articles' language
        return list(words)
    if head == "unwatch":
        return [head, "all"] if _known(language()).get(_key(words[1:])) == "all" else list(words)
    known, found, at = _known(language()), list[str](), 0
    while at < len(words):
        size = next((size for size in (3, 2) if _key(words[at : at + size]) in known and at + size <= len(words)), 1)
        english = known.get(_key(words[at : at + size]))
        found.append(english or _days(words[at], language()))
        at += size
    return found


def while_as_carried(words: str) -> str:
    """A while, "3 дні" or "2 weeks", as it is typed in English: "3d"; other words stay as they are."""
    number = re.search(r"\d{1,3}", words)
    if number is None:
        return words
    for short, unit in _UNITS.items():
        for length in ("long", "short", "narrow"):
            if _folded(format_unit(int(number[0]), unit, length, locale=language())) == _folded(words):
                return f"{number[0]}{short}"
    return words


def _days(word: str, code: str) -> str:
    """Days of the week, or a stretch of them, by their English names; anything else as it is."""
    parts = [part.strip() for part in _BETWEEN.split(word.rstrip(",")) if part.strip()]
    named = [part if _BETWEEN.fullmatch(part) else _day(part, code) for part in parts]
    if not parts or None in named:
        return word
    return "".join("-" if part in {"–", "—", "~"} else part for part in named if part is not None)


def _day(word: str, code: str) -> str | None:
    """The English name of the one day that a word names, short, whole or inflected; None for another word."""
    folded = _folded(word)
    for day, names in _names(code).items():
        if folded in names:
            return day.name.lower()
    alike = {day for day, names in _names(code).items() if any(_is_form(folded, name) for name in names)}
    return alike.pop().name.lower() if len(alike) == 1 else None


def _is_form(word: str, name: str) -> bool:
    ending = 2 if len(name) >= _LONG else 1
    stem = name[: max(_SHORTEST_STEM, len(name) - ending)]
    return len(name) >= _SHORTEST_STEM and word.startswith(stem) and len(word) <= len(name) + ending


@cache
def _names(code: str) -> Mapping[Weekday, frozenset[str]]:
    """What each day is called in a language."""
    calendar = Locale.parse(code).days
    widths = [calendar[use][width] for use in ("format", "stand-alone") for width in ("wide", "abbreviated", "short")]
    return {day: frozenset(_folded(names[day]) for names in widths) for day in Weekday}


@cache
def _known(code: str) -> Mapping[str, str]:
    """Words of a language, lower case, and what they are in English."""
    with speaking(code):
        typed = {_key(one.split()): english for english, words in TYPED.items() for one in say(words).split(",")}
        sections = {_key(say(words).split()): section.value for section, words in SECTIONS.items()}
        lengths = {_key(say(words).split()): length.value for length, words in LENGTHS.items()}
    return {**sections, **lengths, **typed}


def _key(words: Sequence[str]) -> str:
    return " ".join(_folded(word) for word in words)


def _folded(word: str) -> str:
    return _APOSTROPHES.sub("", word).strip(". ,").replace("\xa0", " ").lower()
