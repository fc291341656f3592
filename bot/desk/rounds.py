"""The round of the sources: whoever is due is looked at, what is found goes to the news desk, and then it is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.digest.model import Article, ArticleId
from bot.ports import Clock, Findings, Looker, Notice, SourceKind, SourceState, SourceStore, Unread

log = structlog.get_logger(__name__)

AT_ONCE = 8  #: sources looked at together
REMARKS = 3  #: of a look that are kept for the operators
LONGEST_REMARK = 300  #: characters
AFTER_FAULT = timedelta(minutes=1)  #: before a source is looked at again whose articles could not be kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the news desk made of articles: which were new, which came in a new version, and why it could not read
    others."""

    new: frozenset[ArticleId] = frozenset()
    changed: frozenset[ArticleId] = frozenset()
    remarks: tuple[Unread | Notice, ...] = ()

    @property
    def arrived(self) -> int:
        """How many were not known just so."""
        return len(self.new) + len(self.changed)


class ArticleDesk(Protocol):
    """Where whoever has articles brings them; both return once what was new is lasting.

    An article that is known and has not changed is passed over, so the same ones may be brought twice.
    """

    async def add(self, articles: Sequence[Article]) -> Taken:
        """Takes articles, new ones and new versions."""
        ...

    async def replace(self, folder: str, articles: Sequence[Article]) -> Taken:
        """Takes all articles of a folder; those that came from it and are gone leave."""
        ...


@dataclass(slots=True, kw_only=True)
class Rounds:
    """The desk for looking at sources. What is noted of a source in the store says when it is due; in memory is only
    which looks are under way, and when a source is next worth a look at which nothing had changed.
    """

    store: SourceStore
    looker: Looker
    desk: ArticleDesk
    clock: Clock
    _under_way: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _resting: dict[int, tuple[datetime | None, datetime]] = field(default_factory=dict)

    async def go_on(self) -> None:
        """Begins to look at the sources that are due, a few at a time, and does not wait for them."""
        now = self.clock.now()
        for state in due(await self.store.sources(), now):
            if len(self._under_way) >= AT_ONCE:
                return
            if state.number not in self._under_way and not self._rests(state, now):
                task = asyncio.create_task(self._look(state))
                self._under_way[state.number] = task
                task.add_done_callback(partial(self._ended, state.number))

    async def settled(self) -> None:
        """Returns once no look is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def close(self) -> None:
        """Breaks off what is under way; what it had not noted yet is looked at again by the next process."""
        for task in self._under_way.values():
            task.cancel()
        await self.settled()

    async def _look(self, state: SourceState) -> None:
        """One source from its look to its note; whatever goes wrong is this source's alone."""
        try:
            findings = await self.looker.look(state)
            if findings.is_idle:
                self._rest(state, findings.state.next_try)
                return
            taken = await self._hand_over(findings)
            for remark in (*findings.remarks, *taken.remarks):
                log.info("remark on a source", source=state.declared.name, remark=str(remark))
            await self.store.change_source(state.number, _noting(findings, taken, self.clock.now()))
        except Exception:  # the edge of the loop over sources: the others must go on
            log.exception("a source could not be looked at", source=state.declared.name, after=str(AFTER_FAULT))
            self.looker.unread(state)
            self._rest(state, self.clock.now() + AFTER_FAULT)

    async def _hand_over(self, findings: Findings) -> Taken:
        """Brings what was found to the news desk; nothing is noted before that is lasting."""
        if findings.folder is not None:
            return await self.desk.replace(findings.folder, findings.articles)
        if findings.articles:
            return await self.desk.add(findings.articles)
        return Taken()

    def _ended(self, number: int, _: asyncio.Task[None]) -> None:
        self._under_way.pop(number, None)

    def _rest(self, state: SourceState, until: datetime | None) -> None:
        if until is not None:
            self._resting[state.number] = (state.next_try, until)

    def _rests(self, state: SourceState, now: datetime) -> bool:
        """Whether nothing had changed at the last look; a source whose stored time was set anew does not rest."""
        noted, until = self._resting.get(state.number, (None, now))
        return noted == state.next_try and now < until


def due(states: Iterable[SourceState], now: datetime) -> tuple[SourceState, ...]:
    """Those to look at, the longest waiting first."""
    ready = [state for state in states if not state.paused and (state.next_try is None or state.next_try <= now)]
    return tuple(sorted(ready, key=lambda state: (state.next_try is not None, state.next_try or now)))


def resumed(state: SourceState) -> SourceState:
    """The state after a person ended the pause: it is looked at once more at once."""
    return replace(state, paused=False, next_try=None)


def _noting(findings: Findings, taken: Taken, now: datetime) -> Callable[[SourceState], SourceState]:
    """What a look makes of a source; what a person decided meanwhile stays."""
    folder = findings.state.place + "/"  # stands beside what is said of a file in it
    remarks = [*findings.remarks, *taken.remarks][:REMARKS]
    told = tuple(one_line(str(remark).removeprefix(folder)) for remark in remarks)

    def note(kept: SourceState) -> SourceState:
        return replace(
            findings.state,
            declared=kept.declared,
            number=kept.number,
            by_operator=kept.by_operator,
            paused=kept.paused,
            articles=kept.articles + taken.arrived,
            last_article=now if taken.arrived else kept.last_article,
            set_aside=_set_aside(findings, kept),
            remarks=told or kept.remarks,
        )

    return note


def _set_aside(findings: Findings, kept: SourceState) -> int:
    """How many articles of a source are set aside for their language, after a look: a feed brings ever more, a page is
    one article, and a folder was gone through whole.
    """
    found = sum(isinstance(remark, Notice) and remark.is_aside for remark in findings.remarks)
    match kept.declared.kind:
        case SourceKind.FEED:
            return kept.set_aside + found
        case SourceKind.PAGE:
            return found or (0 if findings.articles else kept.set_aside)
        case SourceKind.FOLDER:
            return found if findings.folder is not None else kept.set_aside


def one_line(words: str) -> str:
    """A remark short enough to be kept and shown."""
    flat = " ".join(words.split())
    return flat if len(flat) <= LONGEST_REMARK else flat[: LONGEST_REMARK - 1] + "…"
