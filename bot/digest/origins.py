"""Which articles go back to one text: wire copies, re-posts and one publisher count as one origin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from bot.digest.copies import Copies
from bot.digest.model import Article, PassageKind, Report

SHARED_RUN = 12  #: words in a row, outside quotation marks, that two newsrooms hardly write by chance
_RECENT = 1 << 16  #: runs that are kept in a dictionary, at a hundred bytes each, before they are packed into twelve
_QUOTED = re.compile(r"[\"“][^\"”]{3,600}[\"”]")
_WORD = re.compile(r"\w+")


Houses = Callable[[Article], str | None]
"""Whose text an article is, as one name for the papers of one owner, or for the agency it credits; None unknown."""


def publisher(article: Article) -> str | None:
    """The house of an article when nothing is known of who belongs together: its publisher."""
    return article.publisher.casefold() if article.publisher else None


class Origins:
    """The origins of a growing story; adding a report costs what its text is long, not what the story is."""

    def __init__(self, houses: Houses = publisher) -> None:
        self._house_of = houses
        self._copies = Copies()
        self._copied: list[int | None] = []
        self._parent: list[int] = []
        self._publishers: dict[str, int] = {}
        self._runs = _Holders()

    def add(self, report: Report) -> int | None:
        """Joins the next report to every earlier one that it shares a long run, most words, or the house with.

        Returns the number of the first that it is a copy of and that is none itself; None where there is no such one.
        """
        index = len(self._parent)
        self._parent.append(index)
        passages = [*_own_words(report)]
        holders = self._runs.claim(_runs(passages), index)
        near = self._copies.add([word for words in passages for word in words])
        holders.update(near)
        text = next((at for at in near if self._copied[at] is None and self._copies.repeats(index, at)), None)
        self._copied.append(text)
        house = self._house_of(report.article)
        if house is not None:
            holders.add(self._publishers.setdefault(house, index))
        for holder in holders:
            first, second = sorted((self._root(holder), self._root(index)))
            self._parent[second] = first
        return None if text is None else text + 1

    def numbers(self) -> list[int]:
        """For each report the number, from 1, of the first report that it shares an origin with."""
        return [self._root(index) + 1 for index in range(len(self._parent))]

    def _root(self, index: int) -> int:
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index


class _Holders:
    """Which report wrote a run of words first."""

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._runs: NDArray[np.int64] = np.empty(0, np.int64)  # sorted
        self._firsts: NDArray[np.int32] = np.empty(0, np.int32)  # the report of the run at the same place

    def claim(self, runs: set[int], report: int) -> set[int]:
        """The reports that hold any of these runs; those that nobody holds become the report's own."""
        asked = np.fromiter(runs, np.int64, len(runs))
        places = np.searchsorted(self._runs, asked)
        known = np.zeros(len(asked), np.bool_)
        inside = places < len(self._runs)
        known[inside] = self._runs[places[inside]] == asked[inside]
        holders = {int(first) for first in np.unique(self._firsts[places[known]])}
        for run in asked[~known].tolist():
            holders.add(self._recent.setdefault(run, report))
        if len(self._recent) > _RECENT:
            self._pack()
        return holders

    def _pack(self) -> None:
        """Moves the recent runs to the sorted ones."""
        runs = np.concatenate([self._runs, np.fromiter(self._recent.keys(), np.int64, len(self._recent))])
        firsts = np.concatenate([self._firsts, np.fromiter(self._recent.values(), np.int32, len(self._recent))])
        order = np.argsort(runs, kind="stable")
        self._runs, self._firsts = runs[order], firsts[order]
        self._recent.clear()


def _own_words(report: Report) -> Iterator[list[str]]:
    """The words of each paragraph of the prose outside quotation marks, which anybody may quote."""
    for passage in report.passages:
        if passage.kind is PassageKind.PROSE:
            yield _WORD.findall(_QUOTED.sub(" ", passage.span.of(report.article.text)).lower())


def _runs(passages: list[list[str]]) -> set[int]:
    """Hashes of every run of ``SHARED_RUN`` words in a paragraph."""
    found = set()
    for words in passages:
        found |= {hash(tuple(words[i : i + SHARED_RUN])) for i in range(len(words) - SHARED_RUN + 1)}
    return found
