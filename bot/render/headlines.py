"""The few sentences that an alert says of its own: what kind of change it tells, and how long ago it was published."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.digest.model import Basis, Source
from bot.render import calendar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ARROW = " → "
WAITING = re.compile(r"\d+ more waiting: /news")
AGE = re.compile(r"published .+")


class Headline(StrEnum):
    """What an alert opens with; some go on with the numbers or words that it is about."""

    MOVED = "📈 Figure moved"
    FIGURE = "🔢 New figure"
    CONFLICT = "⚡ New conflict"
    SETTLED = "🤝 The latest numbers go together"
    EVENT = "🆕 New event"
    WATCHED = "👀 Watched"
    CORRECTION = "✏️ Correction"


def headline(line: str) -> tuple[Headline, str] | None:
    """The headline that a line is, and what follows it: numbers or words, "" for none."""
    for kind in Headline:
        if line == kind or line.startswith(f"{kind}: "):
            return kind, line[len(kind) + 2 :]
    return None


def waiting(count: int) -> str:
    """ "3 more waiting: /news" """
    return f"{count} more waiting: /news"


def age(source: Source, now: datetime) -> str:
    """ "published 12 min ago"; the date when only that is known, or when it is inferred, past or to come."""
    published = source.article.published
    passed = now - published.moment
    if published.basis is Basis.INFERRED or published.moment.timetz() == time(tzinfo=published.moment.tzinfo):
        return f"published {calendar.published(source)}"
    if not timedelta() <= passed < DAY:
        return f"published {calendar.published(source)}"
    if passed < HOUR:
        return f"published {passed // timedelta(minutes=1)} min ago"
    return f"published {passed // HOUR} h ago"
