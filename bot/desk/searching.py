"""Finds the sentences, claims and events of a story that hold somebody's words, best first."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from bot.desk.asking import Wanted, wanted
from bot.desk.fulltext import FullText
from bot.desk.vocabulary import ENTITY, Term, Vocabulary, folded, number_tokens
from bot.digest.model import BodyKind, Citation, Claim, Digest, Entry, Grain, Line, Report, Span, Speaker, When
from bot.digest.stretches import Stretch, fits
from bot.digest.unification import unify
from bot.render.search import Hit

# What leads to spaCy is imported where it runs: a start with nothing new must not pay the second it costs.

CANDIDATES = 80  #: sentences by BM25 that are looked at closely
COMMON = 5_000  #: sentences; a word in more of them finds none by itself, which would take too long
HITS = 12  #: sentences that answer
NEAR = 0.2  #: weight of the sentence before, and of whom a pronoun means, beside a sentence's own words
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
_REASON = re.compile(r"\b(?:because|due to|owing to|in order to|as a (?:result|precaution)|so that|since|after)\b")
_AUXILIARIES = frozenset("did does do will has have had is are was were".split())  #: they change a verb's form
_DIGIT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What answers, best first; ``missing``: words that were asked for and stand in no article.

    ``dated``: sentences dated in the days asked for were preferred.
    """

    hits: tuple[Hit, ...]
    missing: tuple[str, ...]
    dated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """A sentence as it is weighed: how it is shown, what sorts of answer it may hold, how well it stands alone."""

    line: Line
    whens: tuple[When, ...]
    has: frozenset[Wanted]
    speakers: frozenset[int]
    introduces: frozenset[int]
    penalty: float
    asks: bool


class Index:
    """What a story's articles say, by words; made once for a digest. Every question blocks for some milliseconds."""

    def __init__(self, digest: Digest, reports: Sequence[Report]) -> None:
        self._digest = digest
        self._vocabulary = Vocabulary(digest.names)
        self._sentences: list[_Sentence] = []
        self._rows: dict[tuple[int, int], int] = {}  # source and start of a sentence -> its number here
        self._texts = FullText({"text": 1.0, "near": NEAR}, self._read(reports))
        self._claims = [self._row(claim.citation) for claim in digest.claims]
        entries = [*digest.timeline, *digest.undated]
        self._accounts = [
            (number, self._row(account.citation)) for number, entry in enumerate(entries) for account in entry.accounts
        ]
        self._claim_texts = FullText({"text": 1.0}, self._claim_rows())
        self._account_texts = FullText({"text": 1.0}, self._account_rows(entries))
        self._source_texts = FullText({"text": 1.0}, self._source_rows())
        self._claims_in = _by_value(enumerate(self._claims))
        self._accounts_in = _by_value((number, row) for number, (_, row) in enumerate(self._accounts))

    def lines(self) -> tuple[Line, ...]:
        """Every sentence, as an answer shows it."""
        return tuple(sentence.line for sentence in self._sentences)

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
            own = self._claim_texts.holding(term, "text", left)
            left = own or left & self._inside(term, self._claims_in, {self._claims[number] for number in left})
        return left

    def entries(self, words: str) -> set[int]:
        """The entries, the undated ones counted on from the dated, that hold all words: in what tells them, else in
        the sentence around."""
        left = {number for number, _ in self._accounts}
        for term in self.terms(words):
            own = left & {self._accounts[number][0] for number in self._account_texts.holding(term, "text")}
            around = self._inside(term, self._accounts_in, {row for _, row in self._accounts})
            left = own or left & {self._accounts[number][0] for number in around}
        return left

    def sources(self, words: str) -> set[int]:
        """The numbers of the articles that hold all words: in title, label or author, else in the text."""
        left = {source.number for source in self._digest.sources}
        for term in self.terms(words):
            own = left & self._source_texts.holding(term, "text")
            left = own or left & {self._source(row) for row in self._texts.holding(term, "text")}
        return left

    def telling(self, words: str, when: When | None, count: int) -> tuple[Line, ...]:
        """The best sentences that hold all words, dated in ``when`` if it is given."""
        terms = self.terms(words)
        rows = set.intersection(*(self._texts.holding(term, "text") for term in terms)) if terms else set()
        kept = {row for row in rows if when is None or self._is_in(row, when) or self._appeared_in(row, when)}
        ranked = self._texts.ranked(terms, len(self._sentences)) if kept else {}
        scores = {row: ranked[row] * (1 - LEANING * self._sentences[row].penalty) for row in kept}
        return tuple(self._sentences[row].line for row in sorted(scores, key=lambda row: (-scores[row], row))[:count])

    def dated(self, when: When) -> tuple[Line, ...]:
        """The sentences dated in these days, those that stand best alone first."""
        rows = [row for row in range(len(self._sentences)) if self._is_in(row, when)]
        return tuple(self._sentences[row].line for row in sorted(rows, key=lambda row: self._sentences[row].penalty))

    def rarity(self, word: str) -> int:
        """In how many sentences a word stands, itself or as what it names."""
        return min((self._texts.count(term) for term in self.terms(word)), default=len(self._sentences))

    def close(self) -> None:
        """Lets go of the memory."""
        for texts in (self._texts, self._claim_texts, self._account_texts, self._source_texts):
            texts.close()

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
        return {*folded(self._words(row))}

    def _words(self, row: int) -> str:
        citation = self._sentences[row].line.citation
        return citation.sentence.of(self._digest.sources[citation.source - 1].article.text)

    def _gain(self, row: int, terms: Sequence[Term], want: Wanted | None, when: When | None) -> float:
        """What a sentence gains by what it is, beside the words it holds."""
        sentence = self._sentences[row]
        gain = (1 - LEANING * sentence.penalty) * (ASKING if sentence.asks else 1)
        asked = {number for term in terms for number in term.bodies}
        if self._is_in(row, when):
            gain *= DATED
        match want:
            case Wanted.SPEECH if sentence.speakers & asked:
                gain *= BONUS[want]
            case Wanted.IDENTITY if _defines(self._words(row), terms):
                gain *= BONUS[want] ** 2
            case Wanted.IDENTITY if sentence.introduces & asked:
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
            found, words = self._sentences[row].line, self._words(row)
            if words not in seen and len(seen) < HITS:
                seen.add(words)
                claims = self._best_claims(row, terms) if want is Wanted.NUMBER else ()
                entry = self._best_entry(row, terms) if want is Wanted.TIME else None
                yield Hit(line=found, claims=claims, entry=entry)

    def _best_claims(self, row: int, terms: Sequence[Term]) -> tuple[int, ...]:
        """The claims of a sentence that hold the most of what is asked, at least half."""
        counts = _counts(self._claim_texts, self._claims_in.get(row, []), terms)
        most = max(counts.values(), default=0)
        return tuple(number for number, count in counts.items() if count == most and 2 * most >= len(terms))

    def _best_entry(self, row: int, terms: Sequence[Term]) -> Entry | None:
        """The dated event of a sentence whose own words hold the most of what is asked, at least half."""
        counts = _counts(self._account_texts, self._accounts_in.get(row, []), terms)
        best = max(counts, key=lambda number: counts[number], default=None)
        if best is None or 2 * counts[best] < len(terms) or self._accounts[best][0] >= len(self._digest.timeline):
            return None
        return self._digest.timeline[self._accounts[best][0]]

    def _inside(self, term: Term, inside: dict[int, list[int]], rows: set[int]) -> set[int]:
        """What stands in a sentence that holds the term."""
        return {number for row in self._texts.holding(term, "text") & rows for number in inside[row]}

    def _appeared_in(self, row: int, when: When) -> bool:
        """Whether the article of a sentence appeared in these days."""
        day = self._digest.sources[self._source(row) - 1].article.published.day
        return fits(When(first=day, last=day, grain=Grain.DAY, reckoned=False), when)

    def _row(self, citation: Citation) -> int:
        return self._rows[citation.source, citation.sentence.start]

    def _source(self, row: int) -> int:
        return self._sentences[row].line.citation.source

    def _read(self, reports: Sequence[Report]) -> Iterator[tuple[int | str, ...]]:
        """Every sentence for the index: its own words, and those that help to understand it."""
        same = unify([report.bodies for report in reports])
        for source, report in zip(self._digest.sources, reports, strict=True):
            before = self._vocabulary.indexed(report.article.title or "")
            reading = _Reading(report, [self._vocabulary.number(same[body.key]) for body in report.bodies])
            for index, sentence in enumerate(report.sentences):
                row = len(self._sentences)
                self._rows[source.number, sentence.span.start] = row
                self._sentences.append(reading.sentence(source.number, index))
                own = self._vocabulary.indexed(sentence.span.of(report.article.text))
                yield row, own, f"{before} {reading.meant(sentence.span)}"
                before = own

    def _claim_rows(self) -> Iterator[tuple[int | str, ...]]:
        """A claim's own fields: number, unit, owner, place, status, speaker and the article's label."""
        for number, claim in enumerate(self._digest.claims):
            source = self._digest.sources[claim.citation.source - 1]
            fields = [field.of(source.article.text) for field in _fields(claim)]
            words = self._vocabulary.indexed(" | ".join([source.label, *fields]))
            yield number, f"{words} {number_tokens([claim.figure.low, claim.figure.high])}"

    def _account_rows(self, entries: Sequence[Entry]) -> Iterator[tuple[int | str, ...]]:
        """A telling's own words: the clause, who acted, who says it, and the article's label."""
        accounts = [account for entry in entries for account in entry.accounts]
        for number, account in enumerate(accounts):
            source = self._digest.sources[account.citation.source - 1]
            event = account.event
            spans = [*event.clause, *filter(None, [event.actor]), *_speaker_spans(event.speaker)]
            words = [source.label, *(span.of(source.article.text) for span in spans)]
            yield number, self._vocabulary.indexed(" | ".join(words))

    def _source_rows(self) -> Iterator[tuple[int | str, ...]]:
        for source in self._digest.sources:
            article = source.article
            known = [source.label, article.title, article.publisher, article.byline]
            yield source.number, self._vocabulary.indexed(" | ".join(filter(None, known)))


class _Reading:
    """An article's sentences with what its report says of them; ``numbers`` of its bodies in the vocabulary."""

    def __init__(self, report: Report, numbers: Sequence[int | None]) -> None:
        self._report = report
        self._numbers = numbers
        self._kinds = [body.kind for body in report.bodies]
        self._starts = [mention.span.start for mention in report.mentions]
        self._times = [time.span.start for time in report.times]
        self._seen: set[int] = set()
        self._said = sorted(
            (content.start, content.end, number)
            for number, attribution in enumerate(report.attributions)
            for content in attribution.content
        )
        self._longest = max((end - start for start, end, _ in self._said), default=0)

    def sentence(self, source: int, index: int) -> _Sentence:
        """A sentence, weighed; they are asked for in order."""
        from bot.digest.lines import line
        from bot.digest.standing import standing

        report = self._report
        span = report.sentences[index].span
        words = span.of(report.article.text)
        named = self._named(span)
        kinds = {self._kinds[body] for body in named}
        times = report.times[bisect_left(self._times, span.start) : bisect_right(self._times, span.end)]
        whens = tuple(time.when for time in times if time.when is not None)
        traits = {
            Wanted.TIME: bool(whens),
            Wanted.NUMBER: _DIGIT.search(words) is not None,
            Wanted.PERSON: bool(kinds & {BodyKind.PERSON, BodyKind.ORGANISATION}),
            Wanted.PLACE: bool(kinds & {BodyKind.PLACE, BodyKind.COUNTRY}),
            Wanted.REASON: _REASON.search(words) is not None,
        }
        shown = line(source, report, index)
        introduces = {*named} - self._seen
        self._seen.update(named)
        return _Sentence(
            line=shown,
            whens=whens,
            has=frozenset(want for want, present in traits.items() if present),
            speakers=frozenset(self._speaking(span)),
            introduces=frozenset(self._known(introduces)),
            penalty=standing(words, speaker_known=shown.speaker is not None).penalty,
            asks=words.rstrip("\"”’' ").endswith("?"),
        )

    def meant(self, span: Span) -> str:
        """The tokens of those whom the pronouns of a sentence, and speakers named outside it, mean."""
        pronouns = [mention.body for mention in self._mentions(span) if mention.pronoun]
        return " ".join(f"{ENTITY}{number}" for number in {*self._known(pronouns), *self._speaking(span)})

    def _named(self, span: Span) -> list[int]:
        return [mention.body for mention in self._mentions(span) if not mention.pronoun]

    def _mentions(self, span: Span) -> Sequence:  # type: ignore[type-arg]
        return self._report.mentions[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def _known(self, bodies: Iterable[int]) -> Iterator[int]:
        return (number for body in bodies if (number := self._numbers[body]) is not None)

    def _speaking(self, span: Span) -> set[int]:
        """Those whose words stand in the sentence."""
        found: set[int] = set()
        first = bisect_left(self._said, (span.start - self._longest,))
        for _, end, number in self._said[first : bisect_left(self._said, (span.end,))]:
            if end > span.start:
                spans = _speaker_spans(self._report.attributions[number].speaker)
                found.update(self._known(body for speaker in spans for body in self._named(speaker)))
        return found


def _defines(words: str, terms: Iterable[Term]) -> bool:
    """Whether a sentence says what somebody or something is: "X is", "X, a", "a (X)"."""
    return any(re.search(rf"\b{re.escape(term.said)}\)?(?:,| is\b| was\b| are\b)", words) for term in terms)


def _fields(claim: Claim) -> Iterator[Span]:
    figure = claim.figure
    spans = (figure.surface, figure.unit, figure.whose, figure.place, figure.status)
    return (span for span in (*spans, *_speaker_spans(figure.speaker)) if span is not None)


def _speaker_spans(speaker: Speaker | None) -> tuple[Span, ...]:
    """Where a speaker is named."""
    if speaker is None:
        return ()
    return (speaker.span,) if speaker.named is None else (speaker.span, speaker.named)


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
