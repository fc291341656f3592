"""The round of the sources: whoever is due is looked at, what is found goes to the news desk, and then it is noted.

Where processes share a store one goes the round, and any of them looks; folders, which lie on its own machine, stay its
own to look at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.digest.model import Article, ArticleId
from bot.errors import Problem, SitrepError, StoreAwayError
from bot.ports import (
    Clock,
    Findings,
    Look,
    Looked,
    Looker,
    LookStore,
    Notice,
    SourceKind,
    SourceState,
    SourceStore,
    Unable,
    Unread,
)

log = structlog.get_logger(__name__)

AT_ONCE = 8  #: sources looked at together
MOST_ASKED = 200  #: looks that are asked for in one step
REMARKS = 3  #: of a look that are kept for the operators
LONGEST_REMARK = 300  #: characters
AFTER_FAULT = timedelta(minutes=1)  #: before a source is looked at again whose articles could not be kept
MOST_DOUBLINGS = 10  #: of that, to 17 hours, for a source at which nobody can look


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

    ``together``: where the looks are recorded that any process may do; without, this one does them all.
    """

    store: SourceStore
    looker: Looker
    desk: ArticleDesk
    clock: Clock
    together: LookStore | None = None
    _under_way: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _resting: dict[int, tuple[datetime | None, datetime]] = field(default_factory=dict)

    async def go_on(self) -> None:
        """Begins to look at the sources that are due, a few at a time, and does not wait for them."""
        states = await self.store.sources()
        now = self.clock.now()
        ready = [state for state in due(states, now) if not self._rests(state, now)]
        others = [] if self.together is None else [one for one in ready if one.declared.kind is not SourceKind.FOLDER]
        for state in ready:
            if state not in others and (self.together is not None or self._has_room):
                self._begin(state.number, partial(self._look, state))
        if self.together is not None:
            await self._shared_out(self.together, others, states)

    @property
    def _has_room(self) -> bool:
        return len(self._under_way) < AT_ONCE

    async def settled(self) -> None:
        """Returns once no look is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def close(self) -> None:
        """Breaks off what is under way; what it had not noted yet is looked at again by the next process."""
        for task in self._under_way.values():
            task.cancel()
        await self.settled()

    def _begin(self, number: int, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Begins with a source, unless that is under way."""
        if number not in self._under_way:
            task = asyncio.create_task(work())
            self._under_way[number] = task
            task.add_done_callback(partial(self._ended, number))

    async def _shared_out(
        self, together: LookStore, ready: Sequence[SourceState], states: Sequence[SourceState]
    ) -> None:
        """Has whoever has time look at what is due, and begins to file what was found."""
        known = {state.number: state for state in states}
        now = self.clock.now()
        try:
            looks = await together.looks()
            asked = {look.source for look in looks}
            fresh = [one for one in ready if one.number not in asked]
            if fresh:
                await together.have_looked(fresh[:MOST_ASKED])
            for look in looks:
                state = known.get(look.source)
                if state is None:
                    await together.forget_look(look)
                elif look.is_done and self._has_room and not self._rests(state, now):
                    self._begin(look.source, partial(self._file, together, look, state))
        except SitrepError as error:
            log.warning("sources wait until others can be asked to look", reason=str(error))

    async def _look(self, state: SourceState) -> None:
        """One source from its look to its note; whatever goes wrong is this source's alone."""
        try:
            findings = await self.looker.look(state)
            if findings.is_idle:
                self._rest(state, findings.state.next_try)
                return
            await self.store.change_source(state.number, await self._kept(state, findings))
        except Exception:  # the edge of the loop over sources: the others must go on
            log.exception("a source could not be looked at", source=state.declared.name, after=str(AFTER_FAULT))
            self.looker.unread(state)
            self._rest(state, self.clock.now() + AFTER_FAULT)

    async def _file(self, together: LookStore, look: Look, state: SourceState) -> None:
        """What another found, to its note; whatever goes wrong is this source's alone, and what was found stays."""
        try:
            match await together.found(look):
                case Findings() as findings:
                    ours = replace(findings, state=_by_our_clock(findings.state, self.clock.now()))
                    await together.note_look(look, await self._kept(state, ours))
                case Unable(reason=reason):
                    log.error("a source could not be looked at", source=state.declared.name, reason=reason)
                    await together.note_look(look, _not_looked_at(reason, self.clock.now()))
        except Exception:  # the edge of the loop over sources: the others must go on
            log.exception("what a look found waits", source=state.declared.name, after=str(AFTER_FAULT))
            self._rest(state, self.clock.now() + AFTER_FAULT)

    async def _kept(self, state: SourceState, findings: Findings) -> Callable[[SourceState], SourceState]:
        """Sees to it that what was found is lasting, and returns what is then to be noted of its source."""
        taken = await self._hand_over(findings)
        for remark in (*findings.remarks, *taken.remarks):
            log.info("remark on a source", source=state.declared.name, remark=str(remark))
        return _noting(findings, taken, self.clock.now())

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


def _by_our_clock(state: SourceState, now: datetime) -> SourceState:
    """A source as another machine left it, by the clock of whoever says which sources are due."""
    if state.last_try is None:
        return state
    ahead = state.last_try - now
    return replace(
        state,
        last_try=now,
        last_success=now if state.last_success == state.last_try else state.last_success,
        next_try=None if state.next_try is None else state.next_try - ahead,
    )


def _not_looked_at(reason: str, now: datetime) -> Callable[[SourceState], SourceState]:
    """What is made of a source at which whoever tried could not look: the pause grows while that is so."""

    def note(kept: SourceState) -> SourceState:
        pause = AFTER_FAULT * (1 << min(kept.failures, MOST_DOUBLINGS))
        problem = Problem(
            where=kept.place, expected="a source that can be looked at", got=reason, fix="It is tried again by itself."
        )
        return replace(kept, last_try=now, reason=str(problem), failures=kept.failures + 1, next_try=now + pause)

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


async def look_for_all(store: LookStore, looker: Looker) -> None:
    """Looks at what the process asks for that goes the round, until cancelled."""

    async def look(state: SourceState) -> Looked:
        try:
            return await looker.look(state)
        except StoreAwayError:  # whose turn it is at a host cannot be known; that says nothing of the source
            raise
        except Exception as error:  # the edge of the loop over looks: the others must go on
            log.exception("a source could not be looked at", source=state.declared.name)
            return Unable(reason=f"{type(error).__name__}: {error}")

    await store.look_for_all(look, AT_ONCE)
