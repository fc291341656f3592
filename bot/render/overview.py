"""What a story is drawn from, in one line; and the few sentences that the bot says of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.digest.model import Digest, Tracker
from bot.render import calendar
from bot.render.html import Html, text


class Title(StrEnum):
    """The headings of answers and of their parts; a tracker has its own."""

    SUMMARY = "Summary"
    TIMELINE = "Timeline"
    CONFLICTS = "Conflicts"
    SOURCES = "Sources"
    BRIEFING = "Briefing"
    NEWS = "Briefing: what is new"
    IN_SHORT = "In short"
    UNDATED = "Undated"
    ACROSS = "Held against each other"
    SEARCH = "Search"


SIGN = f"{calendar.INFERRED} marks a date that no article prints: inferred, or counted from an inferred one."
LATE = re.compile(r"Late: it was due on \w+, \d{1,2} \w+ at \d\d:\d\d\.")
NOTHING_NEW = "Nothing new since the last briefing."


def overview(digest: Digest) -> str:
    """ "5 articles, 4 independent origins, 9 Nov 2024 to 12 Nov 2024"."""
    ordered = sorted(digest.sources, key=lambda source: source.article.published.moment)
    first, last = calendar.published(ordered[0]), calendar.published(ordered[-1])
    days = first if first == last else f"{first} to {last}"
    articles = _count(len(ordered), "article")
    return f"{articles}, {_count(len({source.origin for source in ordered}), 'independent origin')}, {days}"


def story_line(title: str | None) -> list[Html]:
    """Which story something is of; nothing when there is only one."""
    return [] if title is None else [text(f"📰 {title}")]


def late(due: datetime) -> str:
    """That a briefing comes late; ``due`` is the local moment it was meant for."""
    return f"Late: it was due on {due:%A}, {due.day} {due:%B} at {due:%H:%M}."


def more(trackers: Sequence[Tracker]) -> str:
    """Where the rest of a briefing is found."""
    commands = ("summary", *(tracker.command for tracker in trackers), "timeline", "conflicts", "sources")
    return f"All of it: {', '.join(f'/{command}' for command in commands)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
