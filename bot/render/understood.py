"""What was understood of somebody's words: lines at the head of an answer, and the check that holds them to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.digest.model import Digest, Grain, Source, When
from bot.digest.stretches import stretch
from bot.render import calendar

_HOLDING = re.compile(r"(?:Holding|Asked:) “[^“”]+”")
_MISSING = re.compile(r"In no article: (“[^“”]+”(?:, “[^“”]+”)*)")
_DAYS = re.compile(r"“(?P<said>[^“”]+)”: (?P<days>[^“”]+?)(?:, counted from (?P<anchor>.+))?")


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
    told = [f"Holding “{request.words}”"] if request.words else []
    if request.asked:
        told.append(f"Asked: “{request.asked}”")
    if request.missing:
        told.append("In no article: " + ", ".join(f"“{word}”" for word in request.missing))
    if request.days is not None:
        told.append(_line(request.days))
    return tuple(told)


def is_sound(line: str, digest: Digest) -> bool:
    """Whether a line of a message is such a line: its days follow from its words, its missing words are missing."""
    if _HOLDING.fullmatch(line):
        return True
    if missing := _MISSING.fullmatch(line):
        texts = [source.article.text for source in digest.sources]
        return not any(
            re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
            for word in re.findall(r"“([^“”]+)”", missing[1])
            for text in texts
        )
    asked = _DAYS.fullmatch(line)
    return asked is not None and any(line == _line(days) for days in _possible(asked, digest))


def _line(days: Days) -> str:
    """ "“since monday”: from 11 Nov 2024, counted from Tue 12 Nov 2024"; a full date is not counted from any."""
    counted = days.when.reckoned
    today = When(first=days.today, last=days.today, grain=Grain.DAY, reckoned=True)
    if not counted:
        return f"“{days.said}”: {calendar.words(days.when)}"
    if days.latest is None:
        return f"“{days.said}”: {calendar.words(days.when)}, counted from {calendar.words(today)}"
    when, latest = calendar.dated(days.when, days.latest), calendar.dated(today, days.latest)
    return f"“{days.said}”: {when}, counted from {latest}, the day of the latest article"


def _possible(asked: re.Match[str], digest: Digest) -> Iterator[Days]:
    """What the words may have been understood as, counted from the printed day or from a day of the story."""
    printed = re.search(r"\d{1,2} \w{3} \d{4}", asked["anchor"] or "")
    anchors: list[tuple[date, Source | None]] = [(date.min, None)]
    if printed is not None:
        anchors = [(datetime.strptime(printed[0], "%d %b %Y").date(), None)]  # noqa: DTZ007  (a day has no zone)
    latest = max(digest.sources, key=lambda source: source.article.published.moment, default=None)
    if latest is not None:
        anchors.append((latest.article.published.day, latest))
    for day, source in anchors:
        found = stretch(asked["said"], day)
        if found is not None:
            yield Days(said=asked["said"], when=found.when, today=day, latest=source)
