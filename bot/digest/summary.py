"""The story in a few cited lines: sentences chosen so that together they hold the words that its articles share.

The choice covers concepts (Gillick and Favre, 2009, "A scalable global model for summarization"): a content word weighs
the more, the more articles use it and the earlier they do; each line is the sentence that brings the most weight, for
its length, that no line before it brought. The cost is linear in the words of the candidates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINES = 8  #: lines of a whole story's summary
CANDIDATES = 4_000  #: sentences weighed against each other, however long the story
_LEAD = 15.0  #: the sentence of an article whose words weigh half as much as the first one's
_ALONE = 0.3  #: penalty of a word that one article alone uses
_DENSITY = 0.6  #: 0 prefers the sentences that bring most, 1 those that bring most for each content word
_SHORT = 7  #: distinct content words; fewer make a sentence no denser
_LONG = 40  #: words; a line of twice as many is worth half
_AGAIN = 0.3  #: what is left of a word's weight once a line has brought it
_UNKNOWN = 0.5  #: penalty of opening with "The treaty ..." before any line has spoken of a treaty


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may stand in the summary.

    ``article`` is the same number for copies of one article; ``position`` counts its sentences from 0; ``terms`` are
    its content words' stems, ``words`` counts all its words. ``penalty`` in 0..1 lowers its chance: it leans on its
    neighbours ("He ..."); 1 keeps it out. ``takes_as_known`` is the stem of what it opens with as if it had been told.
    """

    article: int
    position: int
    terms: tuple[str, ...]
    words: int
    penalty: float = 0.0
    takes_as_known: str | None = None


def shortlist(lengths: Sequence[int]) -> list[tuple[int, int]]:
    """The sentences to weigh, as (article, sentence), of articles with so many sentences each, oldest first.

    They are the opening ones, as many of each article as keep the whole within ``CANDIDATES``; of more articles than
    that, the newest.
    """
    first = max(0, len(lengths) - CANDIDATES)
    share = CANDIDATES // max(1, len(lengths) - first)
    return [
        (article, sentence)
        for article in range(first, len(lengths))
        for sentence in range(min(share, lengths[article]))
    ]


def choose(candidates: Sequence[Candidate], count: int = LINES) -> list[int]:
    """The indices of the chosen candidates, the most telling first; at most ``count``, no two of the same words."""
    if not candidates:
        return []
    rows, columns, vocabulary = _incidence(candidates)
    weights = _weights(candidates, rows, columns, len(vocabulary))
    worth = _worth(candidates, np.bincount(rows, minlength=len(candidates)))
    presumed = np.array([vocabulary.get(candidate.takes_as_known or "", -1) for candidate in candidates])
    told = np.array([candidate.takes_as_known is None for candidate in candidates])
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        alike[candidate.terms].append(index)
    chosen: list[int] = []
    while len(chosen) < min(count, len(candidates)):
        gains = np.bincount(rows, weights[columns], minlength=len(candidates)) * worth
        gains *= np.where(told, 1.0, 1 - _UNKNOWN)
        for choice in chosen:
            gains[alike[candidates[choice].terms]] = 0.0
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        chosen.append(best)
        brought = columns[rows == best]
        weights[brought] *= _AGAIN
        told |= np.isin(presumed, brought)
    return chosen


def _incidence(candidates: Sequence[Candidate]) -> tuple[NDArray[np.int64], NDArray[np.int64], dict[str, int]]:
    """Which candidate (row) holds which term (column), each pair once; and the terms' columns."""
    vocabulary: dict[str, int] = {}
    pairs = [
        (row, vocabulary.setdefault(term, len(vocabulary)))
        for row, candidate in enumerate(candidates)
        for term in dict.fromkeys(candidate.terms)
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1], vocabulary


def _weights(
    candidates: Sequence[Candidate], rows: NDArray[np.int64], columns: NDArray[np.int64], terms: int
) -> NDArray[np.float64]:
    """What each term is worth: the sum, over the articles that hold it, of how early each does."""
    distinct, articles = np.unique([candidate.article for candidate in candidates], return_inverse=True)
    early = np.array([1 / (1 + candidate.position / _LEAD) for candidate in candidates])
    order = np.argsort(-early[rows], kind="stable")
    _, first = np.unique((articles[rows] * terms + columns)[order], return_index=True)
    kept = order[first]
    sums = np.bincount(columns[kept], early[rows[kept]], minlength=terms)
    holders = np.bincount(columns[kept], minlength=terms)
    shared = np.where((holders == 1) & (len(distinct) > 1), 1 - _ALONE, 1.0)
    return np.asarray(sums * shared, dtype=np.float64)


def _worth(candidates: Sequence[Candidate], distinct: NDArray[np.int64]) -> NDArray[np.float64]:
    """The factor on what a candidate brings: for its length and its penalty."""
    free = np.array([1 - candidate.penalty for candidate in candidates])
    readable = np.array([min(1.0, _LONG / max(1, candidate.words)) for candidate in candidates])
    return np.asarray(free * readable / np.maximum(_SHORT, distinct) ** _DENSITY)
