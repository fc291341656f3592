"""Which articles tell one story, when nobody has said so: by the words that they share and others do not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from bot.digest.model import Article
from bot.digest.stop_words import STOP_WORDS
from bot.digest.watched import stems

OPENING = 400  #: words of an article that are compared
MOST = 600  #: articles at once, two seconds of work
LEAST_LIKE = 0.04  #: cosine of two clusters' articles, on average, from which they may be one story
ABOVE_MEAN = 1.35  #: the same, in multiples of that of all articles; few articles share more, for words are rarer then
SHORTEST = 3  #: letters of a word that is compared

Vectors = NDArray[np.float32]
Likenesses = NDArray[np.float64]


def clusters(articles: Sequence[Article]) -> tuple[tuple[int, ...], ...]:
    """The articles that tell one story each, as places in ``articles``: the largest cluster first, every place once.

    The same articles in the same order give the same clusters. Average linkage over TF-IDF.

    Raises:
        ValueError: more than ``MOST`` articles.
    """
    if len(articles) > MOST:
        raise ValueError(f"expected at most {MOST} articles, got {len(articles)}")
    if not articles:
        return ()
    found = _vectors([content_words(article) for article in articles])
    alike = (found @ found.T).astype(np.float64)
    count = len(articles)
    mean = (alike.sum() - np.trace(alike)) / max(1, count * (count - 1))
    return _joined(alike, max(LEAST_LIKE, ABOVE_MEAN * float(mean)))


def content_words(article: Article) -> tuple[str, ...]:
    """The stems of an article's title and beginning, without those that stand in any text."""
    words = stems(f"{article.title or ''}\n{article.text[: OPENING * 10]}")[:OPENING]
    return tuple(word for word in words if is_telling(word))


def is_telling(stem: str) -> bool:
    """Whether a word can tell what an article is about: no stop word, no number and not too short."""
    return len(stem) >= SHORTEST and stem not in _EMPTY and not stem[0].isdigit()


_EMPTY = frozenset(stem for word in STOP_WORDS for stem in stems(word))


def _vectors(texts: Sequence[Sequence[str]]) -> Vectors:
    """A row of length one for each text: its words, weighed by how often they fall and how few texts have them."""
    holders = Counter(word for text in texts for word in set(text))
    columns = {word: at for at, word in enumerate(sorted(word for word, texts in holders.items() if texts > 1))}
    rows = np.zeros((len(texts), max(1, len(columns))), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word, times in Counter(text).items():
            if word in columns:
                row[columns[word]] = (1 + log(times)) * log(1 + len(texts) / holders[word])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(lengths > 0, lengths, 1)
    return rows


def _joined(alike: Likenesses, least: float) -> tuple[tuple[int, ...], ...]:
    """Joins the two clusters that are most alike on average until none are alike by ``least``.

    Follows chains of nearest neighbours, which for averages finds what looking at all pairs each time would.
    """
    np.fill_diagonal(alike, -1.0)
    members: list[list[int]] = [[place] for place in range(len(alike))]
    chain: list[int] = []
    while True:
        if not chain:
            first = int(np.argmax(alike.max(axis=1) >= least))
            if alike[first].max() < least:
                break
            chain = [first]
        last = chain[-1]
        nearest = int(np.argmax(alike[last]))
        if len(chain) > 1 and alike[last, chain[-2]] >= alike[last, nearest]:
            kept, gone = sorted(chain[-2:])
            del chain[-2:]
            _unite(alike, members, kept, gone)
        else:
            chain.append(nearest)
    return tuple(tuple(sorted(found)) for found in sorted((one for one in members if one), key=_by_size))


def _unite(alike: Likenesses, members: list[list[int]], kept: int, gone: int) -> None:
    """Puts the cluster ``gone`` into ``kept``; each article counts the same in the average."""
    first, second = len(members[kept]), len(members[gone])
    row = (alike[kept] * first + alike[gone] * second) / (first + second)
    row[alike[kept] < 0] = -1.0
    row[[kept, gone]] = -1.0
    alike[kept], alike[:, kept] = row, row
    alike[gone], alike[:, gone] = -1.0, -1.0
    members[kept] += members[gone]
    members[gone] = []


def _by_size(members: list[int]) -> tuple[int, int]:
    return -len(members), min(members)
