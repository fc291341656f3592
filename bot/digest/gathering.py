"""Dated tellings gathered into events: those of one day, and the coarser ones of one stretch of time."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from bot.digest.model import When
from bot.digest.same_event import Mark, Rank, Telling, body_marks, latest, marks, same_event, sought

YEAR = timedelta(days=366)  #: what is longer, or open, is compared with its like only, and with no day

Unit = tuple[str, int | When]
"""What coarse tellings are gathered together: a kind of act, or "" for all that is long past; a year or a stretch."""


class Found:
    """Tellings by their marks, each with the rank of the one that founded its entry."""

    def __init__(self) -> None:
        self._by_mark: dict[Mark, list[tuple[Rank, Telling]]] = defaultdict(list)

    def place(self, telling: Telling, home: Rank, under: Iterable[Mark]) -> None:
        """Notes where a telling belongs."""
        for mark in under:
            self._by_mark[mark].append((home, telling))

    def first(self, telling: Telling, seek: Iterable[Mark], horizon: date, known: Rank | None = None) -> Rank | None:
        """The first entry, not after ``known``, with a telling of the same event."""
        best = known
        for mark in dict.fromkeys(seek):
            for home, other in self._by_mark.get(mark, ()):
                if (best is None or home < best) and same_event(telling, other, horizon):
                    best = home
        return best


class Day:
    """The tellings of one day, gathered in order of arrival."""

    def __init__(self) -> None:
        self._tellings: list[Telling] = []
        self._placed = 0
        self._found = Found()

    def add(self, telling: Telling) -> None:
        """Adds one that arrived last, or takes the place of one that was removed since the day was settled."""
        insort(self._tellings, telling, key=_rank)

    def remove(self, telling: Telling) -> None:
        """Takes one away, and has the day gathered again."""
        del self._tellings[bisect_left(self._tellings, telling.rank, key=_rank)]
        self._placed = 0
        self._found = Found()

    def settled(self, horizon: date) -> Iterator[tuple[Telling, Rank]]:
        """The tellings that are not placed yet, each with the one that founded its entry."""
        for telling in self._tellings[self._placed :]:
            bodies = [*body_marks(telling.participants)]
            seek = bodies if telling.rank[1] < horizon else [*sought(telling), *bodies]
            home = self._found.first(telling, seek, horizon) or telling.rank
            self._found.place(telling, home, [*marks(telling), *bodies])
            yield telling, home
        self._placed = len(self._tellings)


class DayTellings:
    """The tellings of all days, for coarser ones to find the day they may belong to."""

    def __init__(self) -> None:
        self._by_mark: dict[Mark, list[Rank]] = defaultdict(list)
        self._placed: dict[Rank, tuple[Telling, Rank, tuple[Mark, ...]]] = {}

    def place(self, telling: Telling, home: Rank, horizon: date) -> None:
        """Notes where a telling belongs."""
        under = tuple(dict.fromkeys(_all_marks(telling, horizon)))
        self._placed[telling.rank] = telling, home, under
        for mark in under:
            insort(self._by_mark[mark], telling.rank)

    def remove(self, telling: Telling) -> None:
        """Forgets a telling; one that was never placed is none."""
        if telling.rank in self._placed:
            for mark in self._placed.pop(telling.rank)[2]:
                self._by_mark[mark].remove(telling.rank)

    def first(self, telling: Telling, seek: Iterable[Mark], horizon: date) -> tuple[Rank, Rank] | None:
        """The first entry of a day with a telling of the same event, and that telling."""
        when = telling.when
        assert when is not None
        best: tuple[Rank, Rank] | None = None
        for mark in dict.fromkeys(seek):
            ranks = self._by_mark.get(mark, ())
            for rank in ranks[bisect_left(ranks, (0, when.first or date.min, 0, 0, 0)) :]:
                if rank[1] > latest(when) or (best is not None and rank[1] > best[0][1]):
                    break
                other, home, _ = self._placed[rank]
                if (best is None or (home, rank) < best) and same_event(telling, other, horizon):
                    best = home, rank
        return best


class Stretch:
    """Coarse tellings of one unit: each joins the first day that it fits, else the first coarse telling."""

    def __init__(self, horizon: date) -> None:
        self._horizon = horizon
        self._tellings: list[Telling] = []
        self._by_mark: dict[Mark, dict[Rank, Telling]] = defaultdict(dict)
        self._nearest: dict[Rank, tuple[Rank, Rank]] = {}
        self._unsure: set[Rank] = set()

    def add(self, telling: Telling) -> None:
        """Adds one."""
        insort(self._tellings, telling, key=_rank)
        self._unsure.add(telling.rank)
        for mark in self._seek(telling):
            self._by_mark[mark][telling.rank] = telling

    def remove(self, telling: Telling) -> None:
        """Takes one away."""
        del self._tellings[bisect_left(self._tellings, telling.rank, key=_rank)]
        self._unsure.discard(telling.rank)
        self._nearest.pop(telling.rank, None)
        for mark in self._seek(telling):
            self._by_mark[mark].pop(telling.rank, None)

    def offer(self, telling: Telling, home: Rank) -> bool:
        """Shows a telling of a day to those that may belong there; whether one does."""
        taken = False
        for mark in dict.fromkeys(_all_marks(telling, self._horizon)):
            for rank, coarse in self._by_mark.get(mark, {}).items():
                known = self._nearest.get(rank)
                nearer = known is None or (home, telling.rank) < known
                if rank not in self._unsure and nearer and same_event(coarse, telling, self._horizon):
                    self._nearest[rank] = home, telling.rank
                    taken = True
        return taken

    def withdraw(self, telling: Telling) -> bool:
        """Has those that belonged to a telling of a day look again; whether there are any."""
        lost = {rank for rank, (_, nearest) in self._nearest.items() if nearest == telling.rank}
        self._unsure |= lost
        return bool(lost)

    def settled(self, days: DayTellings) -> Iterator[tuple[Telling, Rank]]:
        """All tellings, each with the one that founded its entry."""
        found = Found()
        for telling in self._tellings:
            seek = self._seek(telling)
            if telling.rank in self._unsure:
                self._look_up(telling, seek, days)
            near = self._nearest.get(telling.rank)
            home = found.first(telling, seek, self._horizon, None if near is None else near[0]) or telling.rank
            found.place(telling, home, marks(telling) if not self._is_past(telling) else seek)
            yield telling, home
        self._unsure.clear()

    def _look_up(self, telling: Telling, seek: Iterable[Mark], days: DayTellings) -> None:
        self._nearest.pop(telling.rank, None)
        if not is_long(telling):
            nearest = days.first(telling, seek, self._horizon)
            if nearest is not None:
                self._nearest[telling.rank] = nearest

    def _is_past(self, telling: Telling) -> bool:
        return telling.when is not None and latest(telling.when) < self._horizon

    def _seek(self, telling: Telling) -> list[Mark]:
        return [*body_marks(telling.around)] if self._is_past(telling) else [*sought(telling)]


def unit_of(telling: Telling, horizon: date) -> Unit:
    """What the coarse telling is gathered with."""
    when = telling.when
    assert when is not None
    kind = "" if latest(when) < horizon else telling.event.family
    if is_long(telling) or when.first is None:
        return kind, when
    return kind, when.first.year


def units_that_look_at(telling: Telling, horizon: date) -> Iterator[Unit]:
    """Whose coarse tellings may belong to the day of this one; a stretch may reach into the next year."""
    day = telling.rank[1]
    for kind in (telling.event.family, "") if day < horizon else (telling.event.family,):
        yield kind, day.year
        yield kind, day.year - 1


def is_long(telling: Telling) -> bool:
    """Whether its date is open or longer than a year."""
    when = telling.when
    return when is None or when.first is None or when.last is None or when.last - when.first > YEAR


def _all_marks(telling: Telling, horizon: date) -> Iterator[Mark]:
    """All that a coarse telling may find one of a day by."""
    yield from marks(telling)
    if telling.rank[1] < horizon:
        yield from body_marks(telling.around)


def _rank(telling: Telling) -> Rank:
    return telling.rank
