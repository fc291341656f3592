"""Where each declared source stands, and what one answer makes of it: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.errors import Problem
from bot.sources.declaring import Declared, Kind
from bot.sources.outcomes import Fetched, NotModified, Outcome, Refused, RetryAt, Validators
from bot.sources.politeness import LONGEST_PAUSE, back_off

PACE: Mapping[Kind, timedelta] = {
    Kind.FEED: timedelta(minutes=5),
    Kind.PAGE: timedelta(minutes=15),
    Kind.FOLDER: timedelta(seconds=5),
}  #: between two looks at a source that works; a server may ask for more
HOPELESS = timedelta(hours=6)  #: the first wait after a refusal; it doubles to a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry of a feed that needs no further look while its ``stamp`` stays."""

    link: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One declared source with all that is remembered of it; moments are UTC.

    ``url`` is where it is now, when it moved for good. ``reason`` says why the last try failed, in words for a person;
    None when it did not. ``next_try`` None means at once. ``seen`` holds the entries of the feed as it last was.
    """

    declared: Declared
    paused: bool = False
    url: str | None = None
    last_try: datetime | None = None
    last_success: datetime | None = None
    reason: str | None = None
    next_try: datetime | None = None
    failures: int = 0
    validators: Validators = field(default_factory=Validators)
    seen: tuple[Seen, ...] = ()

    @property
    def place(self) -> str:
        """The address or the path to look at."""
        return self.url or self.declared.place


def after(state: SourceState, outcome: Outcome, now: datetime) -> SourceState:
    """The state once the source's own address has given ``outcome`` at ``now``."""
    tried = replace(state, last_try=now)
    match outcome:
        case Fetched(validators=validators, fresh_for=fresh, moved=moved):
            return replace(_succeeded(tried, now, fresh), validators=validators, url=moved or state.url)
        case NotModified(validators=validators, fresh_for=fresh):
            return replace(_succeeded(tried, now, fresh), validators=validators)
        case RetryAt(at=at, problem=problem):
            return replace(tried, failures=state.failures + 1, reason=str(problem), next_try=max(at, now))
        case Refused(problem=problem):
            return failed(state, problem, now)
        case _:
            assert_never(outcome)


def failed(state: SourceState, problem: Problem, now: datetime) -> SourceState:
    """The state once it is known that waiting alone does not help: refused, or no feed, or no article.

    What was answered is asked for again in full.
    """
    failures = state.failures + 1
    wait = min(max(HOPELESS * (1 << min(failures - 1, 2)), back_off(failures)), LONGEST_PAUSE)
    return replace(
        state,
        last_try=now,
        failures=failures,
        reason=str(problem),
        next_try=now + wait,
        validators=Validators(),
    )


def due(states: Iterable[SourceState], now: datetime) -> tuple[SourceState, ...]:
    """Those to look at, the longest waiting first."""
    ready = [state for state in states if not state.paused and (state.next_try is None or state.next_try <= now)]
    return tuple(sorted(ready, key=lambda state: (state.next_try is not None, state.next_try or now)))


def resumed(state: SourceState) -> SourceState:
    """The state after a person ended the pause: it is looked at once more at once."""
    return replace(state, paused=False, next_try=None)


def known(declared: Iterable[Declared], stored: Iterable[SourceState]) -> tuple[SourceState, ...]:
    """A state for every declared source, the stored one where there is one; what is no longer declared is left out."""
    by_key = {state.declared.key: state for state in stored}
    return tuple(
        replace(by_key[one.key], declared=one) if one.key in by_key else SourceState(declared=one) for one in declared
    )


def _succeeded(state: SourceState, now: datetime, fresh: timedelta) -> SourceState:
    return replace(
        state, last_success=now, reason=None, failures=0, next_try=now + max(PACE[state.declared.kind], fresh)
    )
