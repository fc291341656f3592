"""Finds the sentences, claims and events of a story that hold somebody's words, best first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from bot.desk.asking import Wanted, wanted
from bot.desk.fulltext import FullText
from bot.desk.indexing import Tables
from bot.desk.vocabulary import Term, folded
from bot.digest.model import Digest, Entry, Grain, Line, When
from bot.digest.stretches import Stretch, fits
from bot.render.search import Hit

CANDIDATES = 80  #: sentences by BM25 that are looked at closely
COMMON = 5_000  #: sentences; a word in more of them finds none by itself, which would take too long
HITS = 12  #: sentences that answer
ENOUGH = 0.45  #: share of what is asked, by rarity, that the best sentence must hold
NAMED = 1.5  #: weight of a name, beside another word as rare
STEM = 0.8  #: what a word counts that stands in another form: "sanctioned" for "sanctions"
FAR_BELOW = 0.25  #: of the best score; worse sentences are left out
BONUS = {
    Wanted.TIME: 1.5,
    Wanted.NUMBER: 1.4,
    Wanted.PERSON: 1.15,
    Wanted.PLACE: 1.2,
    Wanted.REASON: 1.3,
    Wanted.SPEECH: 1.4,
    Wanted.IDENTITY: 1.3,
}  #: what a sentence gains that has the sort of answer a question asks for
LEANING = 0.4  #: how much a sentence loses that does not stand alone
ASKING = 0.6  #: what is left of a sentence that asks instead of telling
DATED = 1.5  #: what a sentence gains that is dated in the days asked for
_AUXILIARIES = frozenset("did does do will has have had is are was were".split())  #: they change a verb's form


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What answers, best first; ``missing``: words that were asked for and stand in no article.

    ``dated``: sentences dated in the days asked for were preferred.
    """

    hits: tuple[Hit, ...]
    missing: tuple[str, ...]
    dated: bool = False


class Index:
    """Finds what a story's articles say, in the tables of its digest. Every question blocks for some milliseconds."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._digest = tables.digest
        self._vocabulary = tables.vocabulary
        self._sentences = tables.sentences
        self._texts = tables.texts
        self._claims_in = _by_value(enumerate(tables.claims))
        self._tellings_in = _by_value((number, telling.row) for number, telling in enumerate(tables.tellings))

    @property
    def digest(self) -> Digest:
        """What answers are from."""
        return self._digest

    def lines(self) -> Iterator[Line]:
        """Every sentence, as an answer shows it."""
        return (sentence.line() for sentence in self._sentences)

    def terms(self, words: str) -> tuple[Term, ...]:
        """What the words look for."""
        return self._vocabulary.terms(words)

    def search(self, words: str, days: Stretch | None = None) -> Found:
        """The sentences that hold most of the words; those dated in ``days``, which the words name, gain.

        An article need not name days as the question does: of such words none is missing.
        """
        named = set() if days is None else {term.tokens for term in self.terms(days.said)}
        counts = {term: self._texts.count(term) for term in self.terms(words)}
        terms = [term for term, count in counts.items() if count or term.tokens not in named]
        when = None if days is None else days.when
        known = [term for term in terms if counts[term]]
        missing = tuple(term.said for term in terms if not counts[term])
        if not known:
            return Found(hits=(), missing=missing)
        total = len(self._sentences)
        rarity = {term: log(1 + total / max(1, counts[term])) * (NAMED if term.bodies else 1) for term in terms}
        telling = [term for term in known if counts[term] <= COMMON] or known
        ranked = self._texts.ranked(telling, CANDIDATES)
        held = self._held(known, rarity, [*ranked], 1 if _AUXILIARIES & {*folded(words)} else STEM)
        if not held or max(held.values()) < ENOUGH:
            return Found(hits=(), missing=missing)
        want = wanted(words)
        scores = {row: score * held[row] ** 2 * self._gain(row, terms, want, when) for row, score in ranked.items()}
        best = sorted(scores, key=lambda row: (-scores[row], row))
        near = [row for row in best if scores[row] >= FAR_BELOW * scores[best[0]]]
        hits = tuple(self._hits(near, known, want))
        return Found(hits=hits, missing=missing, dated=any(self._is_in(row, when) for row in near))

    def claims(self, words: str, among: Collection[int]) -> set[int]:
        """The claims, of those given, that hold all words: in their own fields, else in the sentence around."""
        left = {*among}
        for term in self.terms(words):
            own = self.tables.claim_texts.holding(term, "text", left)
            left = own or left & self._inside(term, self._claims_in, {self.tables.claims[number] for number in left})
        return left

    def entries(self, words: str) -> set[int]:
        """The entries, the undated ones counted on from the dated, that hold all words: in what tells them, else in
        the sentence around."""
        tellings = self.tables.tellings
        left = {telling.entry for telling in tellings}
        for term in self.terms(words):
            held = self.tables.telling_texts.holding(term, "text")
            own = left & {telling.entry for telling in tellings if telling.text in held}
            around = self._inside(term, self._tellings_in, {telling.row for telling in tellings})
            left = own or left & {tellings[number].entry for number in around}
        return left

    def sources(self, words: str) -> set[int]:
        """The numbers of the articles that hold all words: in title, label or author, else in the text."""
        left = {source.number for source in self._digest.sources}
        for term in self.terms(words):
            own = left & {row + 1 for row in self.tables.source_texts.holding(term, "text")}
            left = own or left & {self._source(row) for row in self._texts.holding(term, "text")}
        return left

    def telling(self, words: str, when: When | None, count: int) -> tuple[Line, ...]:
        """The best sentences that hold all words, dated in ``when`` if it is given."""
        terms = self.terms(words)
        rows = set.intersection(*(self._texts.holding(term, "text") for term in terms)) if terms else set()
        kept = {row for row in rows if when is None or self._is_in(row, when) or self._appeared_in(row, when)}
        ranked = self._texts.ranked(terms, len(self._sentences)) if kept else {}
        scores = {row: ranked[row] * (1 - LEANING * self._sentences[row].penalty) for row in kept}
        return tuple(self._sentences[row].line() for row in sorted(scores, key=lambda row: (-scores[row], row))[:count])

    def dated(self, when: When) -> tuple[Line, ...]:
        """The sentences dated in these days, those that stand best alone first."""
        rows = [row for row in range(len(self._sentences)) if self._is_in(row, when)]
        return tuple(self._sentences[row].line() for row in sorted(rows, key=lambda row: self._sentences[row].penalty))

    def rarity(self, word: str) -> int:
        """In how many sentences a word stands, itself or as what it names."""
        return min((self._texts.count(term) for term in self.terms(word)), default=len(self._sentences))

    def _held(
        self, terms: Sequence[Term], rarity: dict[Term, float], rows: Collection[int], stem: float
    ) -> dict[int, float]:
        """The share of what is asked that each sentence holds, in its own words or, for less, in those around."""
        whole = sum(rarity.values())
        held = dict.fromkeys(rows, 0.0)
        for term in terms:
            own = self._texts.holding(term, "text", rows)
            for row in own:
                exact = bool(term.bodies) or term.tokens[0] in self._forms(row)
                held[row] += rarity[term] / whole * (1 if exact else stem)
            for row in self._texts.holding(term, "near", rows) - own:
                held[row] += rarity[term] / whole / 2
        return held

    def _forms(self, row: int) -> set[str]:
        """The words of a sentence, not stemmed."""
        return {*folded(self.tables.words(row))}

    def _gain(self, row: int, terms: Sequence[Term], want: Wanted | None, when: When | None) -> float:
        """What a sentence gains by what it is, beside the words it holds."""
        sentence = self._sentences[row]
        gain = (1 - LEANING * sentence.penalty) * (ASKING if sentence.asks else 1)
        asked = {number for term in terms for number in term.bodies}
        if self._is_in(row, when):
            gain *= DATED
        match want:
            case Wanted.SPEECH if asked & self.tables.numbers(sentence.speaking):
                gain *= BONUS[want]
            case Wanted.IDENTITY if _defines(self.tables.words(row), terms):
                gain *= BONUS[want] ** 2
            case Wanted.IDENTITY if asked & self.tables.numbers(sentence.introduced):
                gain *= BONUS[want]
            case None | Wanted.SPEECH | Wanted.IDENTITY:
                pass
            case _ if want in sentence.has:
                gain *= BONUS[want]
        return gain

    def _is_in(self, row: int, when: When | None) -> bool:
        """Whether a sentence is dated in these days."""
        return when is not None and any(fits(date, when) for date in self._sentences[row].whens)

    def _hits(self, rows: Iterable[int], terms: Sequence[Term], want: Wanted | None) -> Iterator[Hit]:
        """The sentences as the answer shows them; the same words once."""
        seen: set[str] = set()
        for row in rows:
            words = self.tables.words(row)
            if words not in seen and len(seen) < HITS:
                seen.add(words)
                claims = self._best_claims(row, terms) if want is Wanted.NUMBER else ()
                entry = self._best_entry(row, terms) if want is Wanted.TIME else None
                yield Hit(line=self._sentences[row].line(), claims=claims, entry=entry)

    def _best_claims(self, row: int, terms: Sequence[Term]) -> tuple[int, ...]:
        """The claims of a sentence that hold the most of what is asked, at least half."""
        counts = _counts(self.tables.claim_texts, self._claims_in.get(row, []), terms)
        most = max(counts.values(), default=0)
        return tuple(number for number, count in counts.items() if count == most and 2 * most >= len(terms))

    def _best_entry(self, row: int, terms: Sequence[Term]) -> Entry | None:
        """The dated event of a sentence whose own words hold the most of what is asked, at least half."""
        tellings = [self.tables.tellings[number] for number in self._tellings_in.get(row, [])]
        counts = _counts(self.tables.telling_texts, {telling.text for telling in tellings}, terms)
        best = max(tellings, key=lambda telling: counts[telling.text], default=None)
        if best is None or 2 * counts[best.text] < len(terms) or best.entry >= len(self._digest.timeline):
            return None
        return self._digest.timeline[best.entry]

    def _inside(self, term: Term, inside: dict[int, list[int]], rows: set[int]) -> set[int]:
        """What stands in a sentence that holds the term."""
        return {number for row in self._texts.holding(term, "text") & rows for number in inside[row]}

    def _appeared_in(self, row: int, when: When) -> bool:
        """Whether the article of a sentence appeared in these days."""
        day = self._digest.sources[self._source(row) - 1].article.published.day
        return fits(When(first=day, last=day, grain=Grain.DAY, reckoned=False), when)

    def _source(self, row: int) -> int:
        return self._sentences[row].source


def _defines(words: str, terms: Iterable[Term]) -> bool:
    """Whether a sentence says what somebody or something is: "X is", "X, a", "a (X)"."""
    return any(re.search(rf"\b{re.escape(term.said)}\)?(?:,| is\b| was\b| are\b)", words) for term in terms)


def _counts(texts: FullText, numbers: Collection[int], terms: Iterable[Term]) -> dict[int, int]:
    """How many of the terms each text holds."""
    counts = dict.fromkeys(numbers, 0)
    if counts:
        for term in terms:
            for number in texts.holding(term, "text", counts):
                counts[number] += 1
    return counts


def _by_value(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """The first numbers by the second."""
    found: dict[int, list[int]] = defaultdict(list)
    for first, second in pairs:
        found[second].append(first)
    return found
