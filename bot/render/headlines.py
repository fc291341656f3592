"""The few sentences that an alert says of its own: what kind of change it tells, and how long ago it was published."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.digest.model import Basis, Source
from bot.render import calendar
from bot.render.words import pattern, pattern_many, phrase, say, say_many

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ARROW = " → "
PUBLISHED = phrase("published {date}")


class Headline(StrEnum):
    """What an alert opens with; some go on with the numbers or words that it is about."""

    MOVED = phrase("📈 Figure moved")
    FIGURE = phrase("🔢 New figure")
    CONFLICT = phrase("⚡ New conflict")
    SETTLED = phrase("🤝 The latest numbers go together")
    EVENT = phrase("🆕 New event")
    REPORT = phrase("🗞 New report")
    WATCHED = phrase("👀 Watched")
    CORRECTION = phrase("✏️ Correction")


def headline(line: str) -> tuple[Headline, str] | None:
    """The headline that a line is, and what follows it: numbers or words, "" for none."""
    for kind in Headline:
        words = say(kind)
        if line == words or line.startswith(f"{words}: "):
            return kind, line[len(words) + 2 :]
    return None


def earlier_version(label: str, number: int) -> str:
    """What an article is called that the source of this number is a later version of."""
    return say("{label}, earlier version of [{source}]", label=label, source=str(number))


def waiting(count: int) -> str:
    """ "3 more waiting: /news" """
    return say_many("{number} more waiting: /news", "{number} more waiting: /news", count)


def is_waiting(line: str) -> bool:
    """Whether a line of a message is that."""
    return pattern_many("{number} more waiting: /news", "{number} more waiting: /news").fullmatch(line) is not None


def age(source: Source, now: datetime) -> str:
    """ "published 12 min ago"; the date when only that is known, or when it is inferred, past or to come."""
    published = source.article.published
    passed = now - published.moment
    if published.basis is Basis.INFERRED or published.moment.timetz() == time(tzinfo=published.moment.tzinfo):
        return say(PUBLISHED, date=calendar.published(source))
    if not timedelta() <= passed < DAY:
        return say(PUBLISHED, date=calendar.published(source))
    if passed < HOUR:
        return say_many("published {number} min ago", "published {number} min ago", passed // timedelta(minutes=1))
    return say_many("published {number} h ago", "published {number} h ago", passed // HOUR)


def is_age(line: str) -> bool:
    """Whether a line of a message says such a thing, true or not."""
    dated = pattern(PUBLISHED, date=".+").fullmatch(line)
    minutes = pattern_many("published {number} min ago", "published {number} min ago").fullmatch(line)
    hours = pattern_many("published {number} h ago", "published {number} h ago").fullmatch(line)
    return any(found is not None for found in (dated, minutes, hours))
