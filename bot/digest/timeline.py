"""Many tellings, one event: what happened when, over all articles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from heapq import nsmallest

from bot.digest.gathering import Day, DayTellings, Stretch, unit_of, units_that_look_at
from bot.digest.model import Account, Citation, Entry, Report
from bot.digest.same_event import (
    LIKE_EVENT,
    NEWS_WINDOW,
    Rank,
    Telling,
    coarseness,
    is_day,
    latest,
    likeness,
    tellings,
    ways_to_name,
)

UNDATED_SHOWN = 6  #: undated happenings that are worth a place below the timeline

Act = tuple[str, str | None]
"""What is done by whom."""


class Timeline:
    """The events of a growing story.

    Tellings of single days are gathered day by day. A coarser telling joins the first day, else the first coarser
    telling, that it fits. An undated one joins the latest dated act of its kind. Only days, stretches and acts with a
    telling that came or changed are gathered again.
    """

    def __init__(self) -> None:
        self._reports: dict[int, dict[Rank, Telling]] = {}
        self._first = date.max
        self._waiting: dict[int, dict[Rank, Telling]] = {}
        self._clear(date.max)

    def put(self, number: int, report: Report, same: Mapping[str, str]) -> None:
        """Adds the report of this number, or takes it anew because ``same`` says something else of its bodies."""
        self._waiting[number] = {telling.rank: telling for telling in tellings(number, report, same)}
        if report.events:
            self._first = min(self._first, report.article.published.day)

    def entries(self) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """The dated entries by date, and the undated ones worth listing."""
        horizon = self._first - NEWS_WINDOW if self._first != date.max else date.max
        if horizon != self._horizon:
            self._waiting = {**self._reports, **self._waiting}
            self._reports = {}
            self._clear(horizon)
        for number, fresh in sorted(self._waiting.items()):
            self._exchange(self._reports.get(number, {}), fresh)
            self._reports[number] = fresh
        self._waiting = {}
        self._settle()
        shown = nsmallest(UNDATED_SHOWN, (ranked for several in self._listed.values() for ranked in several))
        return (
            tuple(entry for _, entry in sorted(self._entries.values(), key=lambda ranked: ranked[0])),
            tuple(_entry([self._reports[rank[2]][rank] for rank in ranks]) for _, ranks in shown),
        )

    def _clear(self, horizon: date) -> None:
        self._horizon = horizon
        self._days: dict[date, Day] = defaultdict(Day)
        self._on_days = DayTellings()
        self._stretches: dict[object, Stretch] = {}
        self._home: dict[Rank, Rank] = {}
        self._members: dict[Rank, dict[Rank, Telling]] = defaultdict(dict)
        self._entries: dict[Rank, tuple[tuple[date, int, Rank], Entry]] = {}
        self._dated: dict[Act, dict[Rank, Telling]] = defaultdict(dict)
        self._undated: dict[Act, list[Rank]] = defaultdict(list)
        self._told: Counter[Citation] = Counter()
        self._listed: dict[Act, list[tuple[tuple[int, Rank], list[Rank]]]] = {}
        self._changed_days: set[date] = set()
        self._changed_stretches: set[object] = set()
        self._changed_entries: set[Rank] = set()
        self._changed_acts: set[Act] = set()
        self._changed_lists: set[Act] = set()

    def _exchange(self, old: Mapping[Rank, Telling], fresh: Mapping[Rank, Telling]) -> None:
        """Takes the tellings of one report out and puts others in; what stays the same is not touched."""
        for rank, telling in old.items():
            if fresh.get(rank) != telling:
                self._remove(telling)
        for rank, telling in fresh.items():
            if old.get(rank) != telling:
                self._insert(telling)

    def _insert(self, telling: Telling) -> None:
        if telling.when is None:
            insort(self._undated[telling.act], telling.rank)
        else:
            self._dated[telling.act][telling.rank] = telling
            if is_day(telling.when):
                self._days[telling.rank[1]].add(telling)
                self._changed_days.add(telling.rank[1])
            else:
                unit = unit_of(telling, self._horizon)
                self._stretches.setdefault(unit, Stretch(self._horizon)).add(telling)
                self._changed_stretches.add(unit)
        self._changed_acts.add(telling.act)

    def _remove(self, telling: Telling) -> None:
        if telling.when is None:
            self._undated[telling.act].remove(telling.rank)
        else:
            del self._dated[telling.act][telling.rank]
            if is_day(telling.when):
                self._days[telling.rank[1]].remove(telling)
                self._changed_days.add(telling.rank[1])
                self._withdraw(telling)
            else:
                unit = unit_of(telling, self._horizon)
                self._stretches[unit].remove(telling)
                self._changed_stretches.add(unit)
        self._move(telling, None)

    def _settle(self) -> None:
        """Brings everything that a change concerns up to date: finest dates first, as coarser ones look at them."""
        for day in self._changed_days:
            for telling, home in self._days[day].settled(self._horizon):
                if self._home.get(telling.rank) != home:
                    if telling.rank in self._home:
                        self._withdraw(telling)
                    self._move(telling, home)
                    self._offer(telling, home)
        for unit in self._changed_stretches:
            for telling, home in self._stretches[unit].settled(self._on_days):
                self._move(telling, home)
        for act in self._changed_acts:
            self._attach(act)
        for act in self._changed_lists | self._changed_acts:
            self._list(act)
        for home in self._changed_entries:
            self._rebuild(home)
        for changed in (
            self._changed_days,
            self._changed_stretches,
            self._changed_acts,
            self._changed_lists,
            self._changed_entries,
        ):
            changed.clear()

    def _offer(self, telling: Telling, home: Rank) -> None:
        """Lets coarser tellings know of one on a day."""
        self._on_days.place(telling, home, self._horizon)
        for unit in units_that_look_at(telling, self._horizon):
            if unit in self._stretches and self._stretches[unit].offer(telling, home):
                self._changed_stretches.add(unit)

    def _withdraw(self, telling: Telling) -> None:
        """Lets coarser tellings know that one on a day is no longer where it was."""
        self._on_days.remove(telling)
        for unit in units_that_look_at(telling, self._horizon):
            if unit in self._stretches and self._stretches[unit].withdraw(telling):
                self._changed_stretches.add(unit)

    def _move(self, telling: Telling, home: Rank | None) -> None:
        """Puts a telling into the entry that another one founded, or into none."""
        before = self._home.pop(telling.rank, None)
        if home is not None:
            self._home[telling.rank] = home
        if before == home and before is not None and self._members[before].get(telling.rank) == telling:
            return
        if before is not None:
            del self._members[before][telling.rank]
            self._told[telling.citation] -= 1
            self._changed_entries.add(before)
        if home is not None:
            self._members[home][telling.rank] = telling
            self._told[telling.citation] += 1
            self._changed_entries.add(home)
        if telling.when is not None:
            self._changed_acts.add(telling.act)
        beside = self._reports.get(telling.source, {}).values()
        acts = {other.act for other in beside if other.when is None and other.citation == telling.citation}
        self._changed_lists |= acts
        if telling.when is not None:
            self._changed_acts |= acts

    def _attach(self, act: Act) -> None:
        """Adds undated tellings to the latest dated event of the same body and kind, if there is one of late."""
        homes = sorted({self._home[rank] for rank in self._dated.get(act, ())}, key=self._newest_last)
        days = [self._latest(home) for home in homes]
        for rank in self._undated.get(act, ()):
            telling = self._reports[rank[2]][rank]
            if not telling.may_join:
                continue
            oldest = bisect_left(days, telling.published - NEWS_WINDOW)
            fitting = reversed(homes[oldest : bisect_right(days, telling.published)])
            home = next((home for home in fitting if not self._holds(home, telling.citation)), None)
            if home != self._home.get(rank):
                self._move(telling, home)

    def _newest_last(self, home: Rank) -> tuple[date, tuple[int, ...]]:
        grain, first, *rest = home
        return self._latest(home), (-grain, -first.toordinal(), *(-number for number in rest))

    def _latest(self, home: Rank) -> date:
        when = self._members[home][home].when
        assert when is not None
        return latest(when)

    def _holds(self, home: Rank, citation: Citation) -> bool:
        """Whether the entry has a dated telling from this very sentence."""
        return any(
            other.when is not None and other.citation == citation
            for other in self._members[home].values()
            if other.source == citation.source
        )

    def _list(self, act: Act) -> None:
        """The undated happenings of this kind that several articles tell or one calls recent."""
        clusters: list[list[Telling]] = []
        for rank in self._undated.get(act, ()):
            telling = self._reports[rank[2]][rank]
            if rank in self._home or self._told[telling.citation] or not telling.may_stand_undated:
                continue
            alike = (c for c in clusters if any(likeness(other, telling) >= LIKE_EVENT for other in c))
            home = next(alike, None)
            if home is None:
                clusters.append([telling])
            else:
                home.append(telling)
        listed = []
        for cluster in clusters:
            sources = len({telling.source for telling in cluster})
            if sources > 1 or any(telling.recent for telling in cluster):
                listed.append(((-sources, cluster[0].rank), [telling.rank for telling in cluster]))
        if listed:
            self._listed[act] = listed
        else:
            self._listed.pop(act, None)

    def _rebuild(self, home: Rank) -> None:
        members = self._members[home]
        if not members:
            del self._members[home]
            self._entries.pop(home, None)
            return
        entry = _entry([members[rank] for rank in sorted(members)])
        when = entry.when
        assert when is not None
        self._entries[home] = (when.first or when.last or date.min, -coarseness(when), home), entry


def _entry(told: Sequence[Telling]) -> Entry:
    """One entry of one or more tellings, one account a sentence."""
    accounts: dict[Citation, Account] = {}
    for telling in told:
        accounts.setdefault(telling.citation, Account(citation=telling.citation, event=telling.event))
    return Entry(when=told[0].when, accounts=tuple(accounts.values()), actors_differ=len(ways_to_name(told)) > 1)
