"""What a story is drawn from, in one line; and the few sentences that the bot says of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.digest.model import Digest, Tracker
from bot.render import calendar
from bot.render.calendar import INFERRED
from bot.render.html import Html, italic, join, text
from bot.render.words import pattern, phrase, say, say_many


class Title(StrEnum):
    """The headings of answers and of their parts; a tracker has its own."""

    SUMMARY = phrase("Summary")
    TIMELINE = phrase("Timeline")
    CONFLICTS = phrase("Conflicts")
    SOURCES = phrase("Sources")
    BRIEFING = phrase("Briefing")
    NEWS = phrase("Briefing: what is new")
    IN_SHORT = phrase("In short")
    UNDATED = phrase("Undated")
    ACROSS = phrase("Held against each other")
    SEARCH = phrase("Search")


PLANNED, CONDITIONAL, DENIED = phrase("planned"), phrase("conditional"), phrase("denied")
SIGN = phrase("≈ marks a date that no article prints: inferred, or counted from an inferred one.")
LATE = phrase("Late: it was due on {due:EEEE, d MMMM} at {at:HH:mm}.")
NOTHING_NEW = phrase("Nothing new since the last briefing.")


def overview(digest: Digest) -> str:
    """ "5 articles, 4 independent origins, 9 Nov 2024 to 12 Nov 2024"."""
    ordered = sorted(digest.sources, key=lambda source: source.article.published.moment)
    first, last = calendar.published(ordered[0]), calendar.published(ordered[-1])
    articles = say_many("{number} article", "{number} articles", len(ordered))
    independent = len({source.origin for source in ordered})
    origins = say_many("{number} independent origin", "{number} independent origins", independent)
    return f"{articles}, {origins}, {calendar.between(first, last)}"


def explained(html: Html) -> Html:
    """A message's text, and below it what the sign before a date means when a date bears it."""
    return join([html, italic(say(SIGN))], "\n") if INFERRED in html else html


def button_label(command: str) -> str:
    """What a button says that asks for a command: the title of its answer; of a tracker the command, which is short."""
    return say(Title[command.upper()]) if command.upper() in Title.__members__ else say(command.capitalize())


def story_line(title: str | None) -> list[Html]:
    """Which story something is of; nothing when there is only one."""
    return [] if title is None else [text(f"📰 {title}")]


def late(due: datetime) -> str:
    """That a briefing comes late; ``due`` is the local moment it was meant for."""
    return say(LATE, due=due, at=due)


def is_late(line: str) -> bool:
    """Whether a line of a message says that a briefing comes late."""
    return pattern(LATE).fullmatch(line) is not None


def more(trackers: Sequence[Tracker]) -> str:
    """Where the rest of a briefing is found."""
    commands = ("summary", *(tracker.command for tracker in trackers), "timeline", "conflicts", "sources")
    return say("All of it: {commands}", commands=", ".join(f"/{command}" for command in commands))


def in_words(command: str) -> str:
    """Where what a picture shows is told in words."""
    return say("In words, with every quotation: {command}", command=f"/{command}")
