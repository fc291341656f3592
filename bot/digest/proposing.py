"""Stories that nobody has declared: clusters of articles, and the words that would declare each."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.digest import topics
from bot.digest.clustering import MOST, clusters, is_telling
from bot.digest.model import Article, ArticleId
from bot.digest.watched import Phrase, Watch, stems

LEAST = 5  #: articles of a story that is proposed
MOST_PROPOSED = 5  #: at once
MOST_OF_ALL = 0.8  #: of the articles in one cluster, beyond which there is nothing to tell it from
MOST_WORDS = 6  #: of a proposal
LEAST_GAIN = 0.01  #: of F1, for which a word is added
MOST_CANDIDATES = 400  #: words and phrases that are tried
LEAST_HELD = 0.1  #: of a cluster's articles that hold a word that is tried
_WRITTEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

Marks = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Articles that look like one story, the newest first, and words that would declare it.

    ``taken`` are those that the words would make the story's, ``missed`` counts those of ``articles`` that they would
    not, ``strangers`` those of ``taken`` that the cluster has not.
    """

    articles: tuple[ArticleId, ...]
    words: Watch
    taken: tuple[ArticleId, ...]
    missed: int
    strangers: int

    @property
    def key(self) -> str:
        """Eight letters that tell the proposal by its words; the same words are the same proposal."""
        return hashlib.blake2b(self.words.text.encode(), digest_size=4).hexdigest()


def proposals(articles: Sequence[Article], dismissed: Sequence[Watch] = ()) -> tuple[Proposal, ...]:
    """The stories that these articles look like, the largest first; of many articles only the newest are looked at.

    Left out is one half of whose articles would belong to a story of ``dismissed`` words.
    """
    newest = sorted(articles, key=lambda article: (article.published.moment, article.id), reverse=True)[:MOST]
    found = [members for members in clusters(newest) if LEAST <= len(members) <= MOST_OF_ALL * len(newest)]
    made: list[Proposal] = []
    for members, (phrases, taken) in zip(found, _told_apart(newest, found), strict=True):
        of_these = [newest[place] for place in members]
        if phrases and len(made) < MOST_PROPOSED and not _is_dismissed(of_these, dismissed):
            made.append(_proposal(newest, members, Watch(any_of=_as_written(phrases, of_these)), taken))
    return tuple(made)


def _proposal(articles: Sequence[Article], members: Sequence[int], words: Watch, taken: Sequence[int]) -> Proposal:
    return Proposal(
        articles=tuple(articles[place].id for place in members),
        words=words,
        taken=tuple(articles[place].id for place in taken),
        missed=len(set(members).difference(taken)),
        strangers=len(set(taken).difference(members)),
    )


def _is_dismissed(articles: Sequence[Article], dismissed: Sequence[Watch]) -> bool:
    taken = (sum(topics.belongs(words, article) for article in articles) for words in dismissed)
    return any(2 * count >= len(articles) for count in taken)


def _told_apart(
    articles: Sequence[Article], found: Sequence[Sequence[int]]
) -> list[tuple[tuple[Phrase, ...], tuple[int, ...]]]:
    """For each cluster the words that tell it from the others, and the places of the articles that they take."""
    if not found:
        return []
    texts = [(stems(article.title or ""), stems(article.text)) for article in articles]
    openings = [frozenset((*_phrases(title), *_phrases(text[: topics.OPENING]))) for title, text in texts]
    holders = Counter(phrase for held in openings for phrase in held)
    candidates = [_candidates(members, openings, holders) for members in found]
    rows = {phrase: row for row, phrase in enumerate(dict.fromkeys(chain.from_iterable(candidates)))}
    near, times = _places(rows, openings, [text for _, text in texts])
    apart = []
    for members, tried in zip(found, candidates, strict=True):
        inside = np.zeros(len(articles), np.bool_)
        inside[list(members)] = True
        of_these = [rows[phrase] for phrase in tried]
        chosen, taken = _best(near[of_these], times[of_these], inside)
        apart.append((tuple(tried[row] for row in chosen), tuple(np.flatnonzero(taken).tolist())))
    return apart


def _best(near: Marks, times: Counts, inside: Marks) -> tuple[list[int], Marks]:
    """The rows of at most `MOST_WORDS` words that best tell the articles ``inside``, and the articles they take.

    The best word comes first, then one after the other as long as each makes the story more like the cluster (F1) by
    `LEAST_GAIN`.
    """
    chosen: list[int] = []
    best, is_near, so_often = 0.0, np.zeros_like(inside), np.zeros(len(inside), np.int64)
    while len(times) and len(chosen) < MOST_WORDS:
        taken = (near | is_near) | (times + so_often >= topics.OFTEN)
        scores = 2 * (taken & inside).sum(axis=1) / (taken.sum(axis=1) + inside.sum())
        row = int(np.argmax(scores))
        if scores[row] < best + LEAST_GAIN:
            break
        best, is_near, so_often = float(scores[row]), is_near | near[row], so_often + times[row]
        chosen.append(row)
    return chosen, is_near | (so_often >= topics.OFTEN)


def _candidates(
    members: Sequence[int], openings: Sequence[frozenset[Phrase]], holders: Mapping[Phrase, int]
) -> list[Phrase]:
    """What many openings of the cluster and few others hold, the best first; of equal ones the longest word."""
    here = Counter(phrase for place in members for phrase in openings[place])
    least = max(2, LEAST_HELD * len(members))
    scored = [
        (-2 * count / (len(members) + holders[phrase]), len(phrase), -sum(map(len, phrase)), phrase)
        for phrase, count in here.items()
        if count >= least
    ]
    return [phrase for *_, phrase in sorted(scored)[:MOST_CANDIDATES]]


def _places(
    rows: Mapping[Phrase, int], openings: Sequence[frozenset[Phrase]], texts: Sequence[Phrase]
) -> tuple[Marks, Counts]:
    """For each phrase and article whether it stands where it tells what that is about, and how often in its text."""
    near = np.zeros((len(rows), len(texts)), np.bool_)
    times = np.zeros((len(rows), len(texts)), np.int64)
    first_words = {phrase[0] for phrase in rows}
    for place, (opening, text) in enumerate(zip(openings, texts, strict=True)):
        for phrase in opening & rows.keys():
            near[rows[phrase], place] = True
        for at, word in enumerate(text):
            if word in first_words:
                for phrase in (text[at : at + 1], text[at : at + 2]):
                    if phrase in rows:
                        times[rows[phrase], place] += 1
    return near, times


def _phrases(words: Phrase) -> Iterator[Phrase]:
    """The telling words of a text, and each two that stand together."""
    for at, word in enumerate(words):
        if is_telling(word):
            yield (word,)
            if at + 1 < len(words) and is_telling(words[at + 1]):
                yield words[at : at + 2]


def _as_written(phrases: Sequence[Phrase], articles: Sequence[Article]) -> tuple[str, ...]:
    """The phrases as most of the articles write them."""
    found: dict[Phrase, Counter[str]] = {phrase: Counter() for phrase in phrases}
    first_words = {phrase[0] for phrase in phrases}
    for article in articles:
        written = _WRITTEN.findall(f"{article.title or ''}\n{article.text}")
        for first, second in zip(written, [*written[1:], ""], strict=True):
            if _stems_of(first)[:1] and _stems_of(first)[0] in first_words:
                for words in (first, f"{first} {second}"):
                    if (phrase := stems(words)) in found:
                        found[phrase][words] += 1
    return tuple(
        max(spellings, key=lambda words: (spellings[words], words)) if spellings else " ".join(phrase)
        for phrase, spellings in found.items()
    )


@lru_cache(maxsize=1 << 14)
def _stems_of(word: str) -> Phrase:
    return stems(word)
