"""Where each declared source stands, and what one answer makes of it: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.errors import Problem
from bot.ports import Declared, SourceKind, SourceState, Validators
from bot.sources.declaring import identity
from bot.sources.outcomes import Fetched, NotModified, Outcome, Refused, RetryAt
from bot.sources.politeness import LONGEST_PAUSE, back_off

PACE: Mapping[SourceKind, timedelta] = {
    SourceKind.FEED: timedelta(minutes=5),
    SourceKind.PAGE: timedelta(minutes=15),
    SourceKind.FOLDER: timedelta(seconds=5),
}  #: between two looks at a source that works; a server may ask for more
HOPELESS = timedelta(hours=6)  #: the first wait after a refusal; it doubles to a day


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


def known(declared: Iterable[Declared], stored: Iterable[SourceState]) -> tuple[SourceState, ...]:
    """A state for every source that the configuration declares or an operator added, the stored one where there is one.

    What is no longer declared is left out; what an operator added and the configuration declares too is the latter's.
    """
    kept = {identity(state.declared): state for state in stored}
    asked = {identity(one): one for one in declared}
    return (
        *(
            replace(kept[name], declared=one, by_operator=False) if name in kept else SourceState(declared=one)
            for name, one in asked.items()
        ),
        *(state for name, state in kept.items() if state.by_operator and name not in asked),
    )


def _succeeded(state: SourceState, now: datetime, fresh: timedelta) -> SourceState:
    return replace(
        state, last_success=now, reason=None, failures=0, next_try=now + max(PACE[state.declared.kind], fresh)
    )
