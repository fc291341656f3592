"""What a step of the news desk is put together from: what was handed in, and what it comes to in each story."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.digest.model import Article, ArticleId
from bot.ports import Filed
from bot.stories import StoryName

TRIAL = "trial"  #: the source of articles that are tried out


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Articles handed over together. ``told`` are the stories that had any before: of others nothing is news."""

    told: frozenset[StoryName]
    is_urgent: bool
    source: str | None


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """What a step is to do: file ``article`` with its ``report``, or let ``gone`` leave.

    ``report`` is None for one that was read before.
    """

    call: Call
    article: Article | None = None
    report: str | None = None
    gone: ArticleId | None = None
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(slots=True)
class Draft:
    """A step as it comes together: by story what arrives and what leaves, by number of arrival there."""

    filed: dict[ArticleId, Filed] = field(default_factory=dict)
    reports: dict[int, str] = field(default_factory=dict)
    withdrawn: dict[ArticleId, int] = field(default_factory=dict)
    arrived: dict[StoryName, dict[int, str]] = field(default_factory=dict)
    gone: dict[StoryName, list[int]] = field(default_factory=dict)
    loud: set[StoryName] = field(default_factory=set)
    lasting: set[StoryName] = field(default_factory=set)  # whose alerts are to be known ever after

    @property
    def touched(self) -> tuple[StoryName, ...]:
        """The stories that change."""
        return tuple(dict.fromkeys([*self.arrived, *self.gone]))

    def arrive(self, story: StoryName, arrival: int, report: str, call: Call) -> None:
        """A report comes to a story, or in the place of one."""
        self.arrived.setdefault(story, {})[arrival] = report
        if story in call.told:
            self.loud.add(story)
        if call.source != TRIAL:
            self.lasting.add(story)

    def leave(self, story: StoryName, arrival: int) -> None:
        """A report leaves a story."""
        self.arrived.get(story, {}).pop(arrival, None)
        self.gone.setdefault(story, []).append(arrival)


def tell(items: Sequence[Item], error: Exception | None) -> None:
    """Tells whoever waits what became of a step."""
    for item in items:
        if item.done.done():
            continue
        if error is None:
            item.done.set_result(None)
        else:
            item.done.set_exception(error)
            item.done.exception()  # whoever was to be told may be gone; that is no fault of its own
