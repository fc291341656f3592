"""What stories the bot follows, and what their news brings: the values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NewType

from bot.digest.alert import Alert
from bot.digest.watched import Watch

StoryName = NewType("StoryName", str)
"""What tells a story from another: 1 to 24 of a-z, 0-9 and -, as people type it after /story."""

MAIN = StoryName("main")  #: the story of every article, when none is declared


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTopic:
    """A story as declared: its name, the title that people read, and the words that make an article one of its own.

    ``words`` None: every article. ``by_operator`` tells a story that an operator declared or confirmed from one of the
    configuration file.
    """

    name: StoryName
    title: str
    words: Watch | None = None
    by_operator: bool = False

    @property
    def mark(self) -> str:
        """The name as buttons carry it, which have little room."""
        return mark_of(self.name)


EVERYTHING = StoryTopic(name=MAIN, title="Everything")  #: the story of every article, when none is declared


def only_one() -> tuple[StoryTopic, ...]:
    """What a bot follows for which nobody declared a story."""
    return (EVERYTHING,)


def mark_of(story: StoryName) -> str:
    """Four letters for a name, none for `MAIN`; the same at every start."""
    return "" if story == MAIN else blake2b(story.encode(), digest_size=2).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one recorded step brought to a story; written in the same step as the articles.

    ``number`` counts all news from 1. ``articles`` are the source numbers, in the story, of what arrived or came in a
    new version. ``alerts`` are in order of importance; their citations hold for the story's digest from this revision
    on. ``at`` is when it was recorded, UTC, by the Clock.
    """

    number: int
    story: StoryName
    at: datetime
    articles: tuple[int, ...]
    alerts: tuple[Alert, ...] = ()
