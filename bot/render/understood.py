"""What was understood of somebody's words: lines at the head of an answer, and the check that holds them to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.digest.model import Digest, Grain, Source, When
from bot.digest.stretches import stretch
from bot.render import calendar
from bot.render.words import pattern, phrase, say

HOLDING = phrase("Holding {words}")
ASKED = phrase("Asked: {words}")
MISSING = phrase("In no article: {words}")
COUNTED = phrase("{said}: {days}, counted from {anchor}")
COUNTED_FROM_LATEST = phrase("{said}: {days}, counted from {anchor}, the day of the latest article")
_QUOTED = r"“[^“”]+”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days that somebody asked for: in his words, on the calendar, and from which day they were counted.

    ``latest`` is the story's latest article when its day stood for today, because the story is old.
    """

    said: str
    when: When
    today: date
    latest: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wrote, as it was understood.

    ``words`` stand in everything that is shown; ``asked`` are looked for as far as they are found; ``missing`` are
    words that stand in no article.
    """

    words: str = ""
    asked: str = ""
    days: Days | None = None
    missing: tuple[str, ...] = ()


def lines(request: Request) -> tuple[str, ...]:
    """The request in lines a reader can hold against his own words."""
    told = [say(HOLDING, words=f"“{request.words}”")] if request.words else []
    if request.asked:
        told.append(say(ASKED, words=f"“{request.asked}”"))
    if request.missing:
        told.append(say(MISSING, words=", ".join(f"“{word}”" for word in request.missing)))
    if request.days is not None:
        told.append(_line(request.days))
    return tuple(told)


def is_sound(line: str, digest: Digest) -> bool:
    """Whether a line of a message is such a line: its days follow from its words, its missing words are missing."""
    if any(pattern(words, words=_QUOTED).fullmatch(line) for words in (HOLDING, ASKED)):
        return True
    if missing := pattern(MISSING, words=f"{_QUOTED}(?:, {_QUOTED})*").fullmatch(line):
        texts = [source.article.text for source in digest.sources]
        return not any(
            re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
            for word in re.findall(r"“([^“”]+)”", missing["words"])
            for text in texts
        )
    return any(line == _line(days) for days in _possible(line, digest))


def _line(days: Days) -> str:
    """ "“since monday”: from 11 Nov 2024, counted from Tue 12 Nov 2024"; a full date is not counted from any."""
    counted = days.when.reckoned
    today = When(first=days.today, last=days.today, grain=Grain.DAY, reckoned=True)
    said = f"“{days.said}”"
    if not counted:
        return f"{said}: {calendar.words(days.when)}"
    if days.latest is None:
        return say(COUNTED, said=said, days=calendar.words(days.when), anchor=calendar.words(today))
    when, latest = calendar.dated(days.when, days.latest), calendar.dated(today, days.latest)
    return say(COUNTED_FROM_LATEST, said=said, days=when, anchor=latest)


def _possible(line: str, digest: Digest) -> Iterator[Days]:
    """What the words may have been understood as, counted from the printed day or from a day of the story."""
    words = re.search(_QUOTED, line)
    if words is None:
        return
    said = words[0][1:-1]
    counted = pattern(COUNTED, said=_QUOTED, days="[^“”]+?", anchor=".+").fullmatch(line)
    printed = None if counted is None else calendar.read_day(counted["anchor"])
    anchors: list[tuple[date, Source | None]] = [(printed or date.min, None)]
    latest = max(digest.sources, key=lambda source: source.article.published.moment, default=None)
    if latest is not None:
        anchors.append((latest.article.published.day, latest))
    for day, source in anchors:
        found = stretch(said, day)
        if found is not None:
            yield Days(said=said, when=found.when, today=day, latest=source)
