"""Which days of a story matter, and which of its entries: judged by how many name a day, how long after, and why.

The weights were chosen on six news stories, leaving out one at a time; any of them may be half or twice as large with
little effect.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from bot.digest.model import Entry, Event, EventStatus, Grain, Source, When

STORY_LEAD = timedelta(days=31)  #: a story's first article may look back so far; what is older is background
NEWS_AGE = timedelta(days=3)  #: a day named later than this after it is remembered, no longer reported
AHEAD = 0.3  #: what naming a day still to come is worth, against 1 for a day of news
PUBLICATION = 0.5  #: what an article is worth for the day it appeared, even if it does not name it
ECHO = 0.7  #: power of the sum over articles of one day, which repeat each other: two are worth 1.6, ten 5.0
AROUND = 10  #: days on either side that a day is measured against
CALM = 10.0  #: mean strength of the days around from which a day has to stand out of noise
NOISE = 0.25  #: power of the noise that weakens a day: amid 150 reports a day it counts half


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """An article as evidence of what mattered: when it appeared and which days it names.

    Articles of one ``origin`` count once for a day.
    """

    origin: int
    published: date
    named: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Salience:
    """How much a day matters to a story, and why: the origins that name it, and those of them that look back on it.

    ``strength`` is positive and comparable within one story only; a lone report is worth about 1.
    """

    strength: float
    named_by: int
    remembered_by: int


def witness(origin: int, published: date, events: Iterable[Event]) -> Witness:
    """The days that an article's events are dated to; a coarser date says nothing of any single day."""
    days = (single_day(event.time.when) for event in events if event.time is not None)
    return Witness(origin=origin, published=published, named=frozenset(day for day in days if day is not None))


def single_day(when: When | None) -> date | None:
    """The one calendar day that a time means; None for a coarser, an open or no time."""
    return when.first if when is not None and when.grain is Grain.DAY and when.first == when.last else None


def days_by_salience(witnesses: Sequence[Witness]) -> dict[date, Salience]:
    """The story's days, the most important first; a day on which no article appeared and that none names is absent.

    A story begins at most ``STORY_LEAD`` before its first article and ends with its last. The costs are linear in the
    number of namings.
    """
    if not witnesses:
        return {}
    first = min(each.published for each in witnesses) - STORY_LEAD
    last = max(each.published for each in witnesses)
    best: dict[date, dict[int, tuple[float, date]]] = defaultdict(dict)
    appeared: dict[date, set[int]] = defaultdict(set)
    remembered: dict[date, set[int]] = defaultdict(set)
    for each in witnesses:
        appeared[each.published].add(each.origin)
        inside = [day for day in each.named if first <= day <= last]
        recalled = [day for day in inside if each.published - day > NEWS_AGE]
        for day in inside:
            told = (_weight(day, each.published, len(recalled)), each.published)
            best[day][each.origin] = max(told, best[day].get(each.origin, told))
        for day in recalled:
            remembered[day].add(each.origin)
    evidence = {
        day: _evidence(day, best[day].values(), len(appeared[day])) for day in sorted(best.keys() | appeared.keys())
    }
    around = _around(evidence, first, last)
    found = {
        day: Salience(
            strength=strength / math.pow(1 + around[day] / CALM, NOISE),
            named_by=len(best[day]),
            remembered_by=len(remembered[day]),
        )
        for day, strength in evidence.items()
    }
    return dict(sorted(found.items(), key=lambda item: (-item[1].strength, item[0])))


def importance(entry: Entry, sources: Mapping[int, Source], days: Mapping[date, Salience]) -> float:
    """How much an entry of the timeline matters: its independent tellings, more on a day that matters.

    ``sources`` by number. Positive; comparable within one story only. An undated entry has its tellings alone; a
    stretch of days matters as its mean day, so that a month is not lifted by one day of it.
    """
    worth: dict[int, float] = {}
    for account in entry.accounts:
        weight = 1.0 if account.event.status in (EventStatus.HAPPENED, EventStatus.DENIED) else AHEAD
        origin = sources[account.citation.source].origin
        worth[origin] = max(weight, worth.get(origin, 0.0))
    strongest = max((salience.strength for salience in days.values()), default=1.0)
    return sum(worth.values()) * (1 + _mean_strength(entry.when, days) / strongest)


def _weight(day: date, published: date, recalled: int) -> float:
    """What an article's naming of a day is worth, against 1 for a report; it looks back on ``recalled`` days in all.

    Who looks back on many days tells the story's history, and has chosen its days.
    """
    if day > published:
        return AHEAD
    return 1 + math.log(recalled) if published - day > NEWS_AGE else 1.0


def _evidence(day: date, told: Iterable[tuple[float, date]], appeared: int) -> float:
    """The weights of a day's namings, added up by day of publication and then over these days."""
    by_publication: dict[date, list[float]] = defaultdict(list)
    for weight, published in told:
        by_publication[published].append(weight)
    if appeared:
        by_publication[day].append(PUBLICATION * appeared)
    return math.fsum(math.pow(math.fsum(weights), ECHO) for weights in by_publication.values())


def _around(evidence: Mapping[date, float], first: date, last: date) -> dict[date, float]:
    """For each day the mean evidence of the days up to ``AROUND`` away, itself among them, within the story."""
    calendar = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    sums = list(accumulate((evidence.get(day, 0.0) for day in calendar), initial=0.0))
    means = {}
    for index, day in enumerate(calendar):
        start, end = max(0, index - AROUND), min(len(calendar), index + AROUND + 1)
        means[day] = (sums[end] - sums[start]) / (end - start)
    return means


def _mean_strength(when: When | None, days: Mapping[date, Salience]) -> float:
    """The mean strength of the days of a stretch; 0 without an end on either side."""
    if when is None or when.first is None or when.last is None:
        return 0.0
    inside = sum(salience.strength for day, salience in days.items() if when.first <= day <= when.last)
    return inside / ((when.last - when.first).days + 1)
