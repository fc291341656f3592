"""Which articles the lines of a story's summary are chosen from, when there are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

ROUND = 24  #: articles that are read against each other at once; a story of no more is summed up from all of them


class Shortlist:
    """The articles of a growing story, in rounds of ``ROUND``: the best of each round meet in the next.

    The work for one more article grows with the number of rounds, a logarithm of the number of articles. ``best``
    says which of some articles stand for them, at most a quarter. The articles that arrived last are always heard.
    """

    def __init__(self, best: Callable[[Sequence[int]], Sequence[int]]) -> None:
        self._best = best
        self._rounds: list[list[int]] = [[]]
        self._standing: dict[int, Sequence[int]] = {}

    def add(self, number: int) -> None:
        """Lets one more article in."""
        self._enter(0, [number])

    def articles(self) -> list[int]:
        """The articles to choose from, in order of arrival."""
        if len(self._rounds) == 1:
            return list(self._rounds[0])
        for level, waiting in enumerate(self._rounds):
            if level not in self._standing:
                self._standing[level] = self._best(waiting) if waiting else ()
        return sorted(number for standing in self._standing.values() for number in standing)

    def _enter(self, level: int, numbers: Sequence[int]) -> None:
        if level == len(self._rounds):
            self._rounds.append([])
        waiting = self._rounds[level]
        for number in numbers:
            if len(waiting) == ROUND:
                passed = self._best(waiting)
                waiting.clear()
                self._enter(level + 1, passed)
            waiting.append(number)
        self._standing.pop(level, None)
