"""The story in a few cited lines: sentences chosen so that together they stand for all the others.

The choice maximises a facility-location function (Lin and Bilmes, 2011, "A class of submodular functions for document
summarization"): every sentence of the story wants a chosen sentence like it, and wants it the more, the earlier it
stands in its article and the more other articles say the like.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINES = 8  #: lines of a whole story's summary
_SUPPORT = 0.5
_LEAD = 0.6
_ITSELF = 0.4  #: how much a sentence stands for itself, against 1 for a copy of it elsewhere
_PLAIN = 0.3
_SHORT = 7  #: content words below which a sentence says too little to stand alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may stand in the summary: its article and place in it (from 0), its content words.

    ``penalty`` in 0..1 lowers its chance: it leans on its neighbours ("This ...", "He ..."). 1 keeps it out.
    """

    article: int
    position: int
    terms: tuple[str, ...]
    penalty: float = 0.0


def choose(candidates: Sequence[Candidate], count: int = LINES) -> list[int]:
    """The indices of the chosen candidates, the most telling first; at most ``count``."""
    if not candidates:
        return []
    likeness = _likeness([candidate.terms for candidate in candidates])
    articles = np.array([candidate.article for candidate in candidates])
    lead = np.array([1 / (1 + candidate.position) for candidate in candidates])
    weights = _PLAIN + _SUPPORT * _support(likeness, articles) + _LEAD * lead
    short = np.array([_PLAIN if len(candidate.terms) < _SHORT else 0.0 for candidate in candidates])
    worth = (1 - short) * (1 - np.array([candidate.penalty for candidate in candidates]))
    np.fill_diagonal(likeness, _ITSELF)
    covered = np.zeros(len(candidates))
    chosen: list[int] = []
    while len(chosen) < min(count, len(candidates)):
        gains = np.maximum(0.0, likeness - covered[None, :]) @ weights * worth
        gains[chosen] = -1.0
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        chosen.append(best)
        covered = np.maximum(covered, likeness[best])
    return chosen


def _likeness(bags: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Cosines of tf-idf vectors, each sentence a document."""
    vocabulary = {term: column for column, term in enumerate(dict.fromkeys(term for bag in bags for term in bag))}
    holding = Counter(term for bag in bags for term in set(bag))
    vectors = np.zeros((len(bags), max(1, len(vocabulary))))
    for row, bag in enumerate(bags):
        for term, times in Counter(bag).items():
            vectors[row, vocabulary[term]] = (1 + math.log(times)) * math.log(1 + len(bags) / holding[term])
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    norms[norms == 0] = 1.0
    vectors /= norms
    return np.asarray(vectors @ vectors.T)


def _support(likeness: NDArray[np.float64], articles: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each sentence the mean, over the other articles, of the likeness of their most similar sentence."""
    distinct = np.unique(articles)
    support = np.zeros(len(articles))
    for article in distinct:
        inside = articles == article
        nearest = likeness[:, inside].max(axis=1)
        nearest[inside] = 0.0
        support += nearest
    return np.asarray(support / max(1, len(distinct) - 1))
