"""What the articles of a story say, put into tables to be searched; they grow with the story.

A body's token in them depends on its key alone. So an article changes, of what is there, only the texts that hold words
which name somebody else since, and the sentences whose pronouns and speakers turned out to be somebody else: those are
found in the tables themselves, and written anew.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

from bot.desk.asking import Wanted
from bot.desk.fulltext import FullText
from bot.desk.vocabulary import Vocabulary, number_of, number_tokens, token_of
from bot.digest.model import Body, BodyKind, Citation, Claim, Digest, Entry, Line, Report, Source, Span, Speaker, When
from bot.digest.unification import Unification

# What leads to spaCy is imported where it runs: a start with nothing new must not pay the second it costs.

NEAR = 0.2  #: weight of the sentence before, and of whom a pronoun means, beside a sentence's own words
_REASON = re.compile(r"\b(?:because|due to|owing to|in order to|as a (?:result|precaution)|so that|since|after)\b")
_DIGIT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?)\b"
)


class Sentence(NamedTuple):
    """A sentence as it is weighed: how it is shown, what sorts of answer it may hold, how well it stands alone.

    ``opens`` is where it begins without the connective that ties it to the one before. Bodies stand as the article's
    own keys: those who speak in it, those whom the article names there first, and those whom its pronouns mean or who
    speak in it. A tuple, because there are tens of thousands, and they are sent to another process.
    """

    source: int
    place: int
    span: Span
    opens: int
    antecedent: Span | None
    speaker: Span | None
    whens: tuple[When, ...]
    has: frozenset[Wanted]
    speaking: frozenset[str]
    introduced: frozenset[str]
    meant: frozenset[str]
    penalty: float
    asks: bool

    def line(self) -> Line:
        """The sentence as an answer shows it."""
        return Line(
            citation=Citation(source=self.source, sentence=self.span, antecedent=self.antecedent),
            pieces=(Span(start=self.opens, end=self.span.end),),
            speaker=self.speaker,
        )


class Telling(NamedTuple):
    """An account of an entry: the entry's number, the undated ones counted on from the dated; its sentence and text."""

    entry: int
    row: int
    text: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of a report is searched: its bodies and its sentences."""

    bodies: tuple[Body, ...]
    sentences: tuple[Sentence, ...]


class Tables:
    """What a story's articles say, by words: the same for a digest in whatever steps it grew.

    Nothing of it changes once it is made, so that any number of threads may ask it, also while the next is being made
    of it. It can be sent to another process.
    """

    def __init__(self) -> None:
        self.digest = Digest()
        self.vocabulary = Vocabulary(())
        self.sentences: list[Sentence] = []
        self.texts = FullText({"text": 1.0, "near": NEAR})
        self.claim_texts = FullText({"text": 1.0})
        self.telling_texts = FullText({"text": 1.0})
        self.source_texts = FullText({"text": 1.0})
        self.claims: list[int] = []
        self.tellings: list[Telling] = []
        self._rows: dict[tuple[int, int], int] = {}  # source and start of a sentence -> its row
        self._told: dict[tuple[int, ...], int] = {}  # source and spans of a telling's words -> its text
        self._same: Mapping[str, str] = {}
        self._unification: Unification | None = Unification()

    def may_grow_into(self, digest: Digest) -> bool:
        """Whether a later digest is of the same articles, read by the same reader, and of others after them.

        What became a digest by patches holds the first source that it began with; one that was put together anew,
        which may be of another reader, does not.
        """
        old, new = self.digest.sources, digest.sources
        if self._unification is None or len(new) < len(old) or (old and old[0] is not new[0]):
            return False
        return all(one is other or one.article == other.article for one, other in zip(old, new, strict=False))

    def grown(self, digest: Digest, readings: Iterable[Reading]) -> Self:
        """The tables of a later digest; ``readings`` are of the articles after those that are here. Only once; blocks.

        Raises:
            RuntimeError: they have grown before.
        """
        unification, self._unification = self._unification, None
        if unification is None:
            raise RuntimeError("expected tables that have not grown yet")
        new = copy(self)
        new.digest = digest
        new.vocabulary = Vocabulary(digest.names, self.vocabulary)
        new.sentences = self.sentences.copy()
        new._rows = self._rows.copy()
        for reading in readings:
            unification.add(reading.bodies)
            for sentence in reading.sentences:
                new._rows[sentence.source, sentence.span.start] = len(new.sentences)
                new.sentences.append(sentence)
        new._same = unification.same()
        new._write_sentences(len(self.sentences), {key for key, _ in new._same.items() ^ self._same.items()})
        new._write_claims(len(self.claims))
        new._write_tellings()
        new._write_sources(len(self.digest.sources))
        new._unification = unification
        return new

    def of(self, digest: Digest) -> Self:
        """The same tables with a digest that equals theirs, or with none, to be sent."""
        new = copy(self)
        new.digest = digest
        return new

    def numbers(self, keys: Collection[str]) -> set[int]:
        """The numbers of bodies by the keys that articles give them."""
        return {number_of(self._same.get(key, key)) for key in keys}

    def words(self, row: int) -> str:
        """What a sentence says."""
        sentence = self.sentences[row]
        return sentence.span.of(self.digest.sources[sentence.source - 1].article.text)

    def _write_sentences(self, known: int, renamed: Collection[str]) -> None:
        """Writes the sentences after those known, and of these the ones that are to be found otherwise than before.

        ``renamed`` are the keys that stand for another body than before.
        """
        self.texts, rows = self._renewed(self.texts, range(known, len(self.sentences)))
        if renamed:
            rows.update(row for row, sentence in enumerate(self.sentences) if not sentence.meant.isdisjoint(renamed))
        self.texts.put(self._sentence_rows(sorted(rows)))

    def _sentence_rows(self, rows: Sequence[int]) -> Iterator[tuple[int | str, ...]]:
        """Sentences for the index: their own words, and those that help to understand them."""
        last, own = -1, ""
        for row in rows:
            sentence = self.sentences[row]
            if sentence.place == 0:
                before = self.vocabulary.indexed(self.digest.sources[sentence.source - 1].article.title or "")
            else:
                before = own if last == row - 1 else self.vocabulary.indexed(self.words(row - 1))
            last, own = row, self.vocabulary.indexed(self.words(row))
            meant = " ".join(map(token_of, sorted(self.numbers(sentence.meant))))
            yield row, own, f"{before} {meant}"

    def _write_claims(self, known: int) -> None:
        """Writes the claims after those known, which keep their place, and of these the ones found otherwise."""
        claims = self.digest.claims
        self.claims = [self._row(claim.citation) for claim in claims]
        self.claim_texts, rows = self._renewed(self.claim_texts, range(known, len(claims)))
        self.claim_texts.put((number, self._claim_text(claims[number])) for number in sorted(rows))

    def _claim_text(self, claim: Claim) -> str:
        """A claim's own fields: number, unit, owner, place, status, speaker and the article's label."""
        words = self._indexed(claim.citation.source, _fields(claim))
        return f"{words} {number_tokens([claim.figure.low, claim.figure.high])}"

    def _write_tellings(self) -> None:
        """Writes what is told by clauses that were not told before, and what is found otherwise."""
        known = len(self._told)
        told = self._told.copy()
        self.tellings = [
            Telling(entry=number, row=self._row(account.citation), text=told.setdefault(spans, len(told)))
            for number, entry in enumerate([*self.digest.timeline, *self.digest.undated])
            for account, spans in zip(entry.accounts, _telling_spans(entry), strict=True)
        ]
        self._told = told
        self.telling_texts, rows = self._renewed(self.telling_texts, range(known, len(told)))
        by_text = list(told) if rows else []
        self.telling_texts.put((row, self._telling_text(by_text[row])) for row in sorted(rows))

    def _telling_text(self, told: tuple[int, ...]) -> str:
        """A telling's own words: the clause, who acted, who says it, and the article's label."""
        source, *ends = told
        spans = [Span(start=start, end=end) for start, end in zip(ends[::2], ends[1::2], strict=True)]
        return self._indexed(source, spans)

    def _write_sources(self, known: int) -> None:
        sources = self.digest.sources
        self.source_texts, rows = self._renewed(self.source_texts, range(known, len(sources)))
        self.source_texts.put((row, self._source_text(sources[row])) for row in sorted(rows))

    def _source_text(self, source: Source) -> str:
        """What is known of an article beside its text."""
        known = [source.label, source.article.title, source.article.publisher, source.article.byline]
        return self.vocabulary.indexed(" | ".join(filter(None, known)))

    def _renewed(self, texts: FullText, new: range) -> tuple[FullText, set[int]]:
        """A copy of texts to be changed, and the numbers of those to be written: the new, and those with names that
        name others than before."""
        copied = texts.copy()
        return copied, {*new, *(copied.having(self.vocabulary.changed) if new.start else ())}

    def _indexed(self, source: int, spans: Iterable[Span]) -> str:
        """An article's label and some of its words."""
        known = self.digest.sources[source - 1]
        return self.vocabulary.indexed(" | ".join([known.label, *(span.of(known.article.text) for span in spans)]))

    def _row(self, citation: Citation) -> int:
        return self._rows[citation.source, citation.sentence.start]


def read(number: int, report: Report) -> Reading:
    """What of the report of a source is searched; blocks."""
    article = _Article(report)
    return Reading(
        bodies=report.bodies,
        sentences=tuple(article.sentence(number, place) for place in range(len(report.sentences))),
    )


class _Article:
    """An article's sentences with what its report says of them."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._keys = [sys.intern(body.key) for body in report.bodies]
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

    def sentence(self, source: int, place: int) -> Sentence:
        """A sentence, weighed; they are asked for in order."""
        from bot.digest.lines import line
        from bot.digest.standing import standing

        report = self._report
        span = report.sentences[place].span
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
        shown = line(source, report, place)
        introduced = {*named} - self._seen
        self._seen.update(named)
        pronouns = {mention.body for mention in self._mentions(span) if mention.pronoun}
        speaking = self._speaking(span)
        return Sentence(
            source=source,
            place=place,
            span=span,
            opens=shown.pieces[0].start,
            antecedent=shown.citation.antecedent,
            speaker=shown.speaker,
            whens=whens,
            has=_sorts(*(want for want, is_there in traits.items() if is_there)),
            speaking=self._known(speaking),
            introduced=self._known(introduced),
            meant=self._known(pronouns | speaking),
            penalty=standing(words, speaker_known=shown.speaker is not None).penalty,
            asks=words.rstrip("\"”’' ").endswith("?"),
        )

    def _named(self, span: Span) -> list[int]:
        return [mention.body for mention in self._mentions(span) if not mention.pronoun]

    def _mentions(self, span: Span) -> Sequence:  # type: ignore[type-arg]
        return self._report.mentions[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def _known(self, bodies: Iterable[int]) -> frozenset[str]:
        return _keys(*sorted({self._keys[body] for body in bodies}))

    def _speaking(self, span: Span) -> set[int]:
        """Those whose words stand in the sentence."""
        found: set[int] = set()
        first = bisect_left(self._said, (span.start - self._longest,))
        for _, end, number in self._said[first : bisect_left(self._said, (span.end,))]:
            if end > span.start:
                spans = _speaker_spans(self._report.attributions[number].speaker)
                found.update(body for speaker in spans for body in self._named(speaker))
        return found


@lru_cache(maxsize=1 << 14)
def _keys(*keys: str) -> frozenset[str]:
    """These keys, once for all sentences that have them."""
    return frozenset(keys)


@lru_cache
def _sorts(*wanted: Wanted) -> frozenset[Wanted]:
    """These sorts of answer, once for all sentences that have them."""
    return frozenset(wanted)


def _fields(claim: Claim) -> Iterator[Span]:
    figure = claim.figure
    spans = (figure.surface, figure.unit, figure.whose, figure.place, figure.status)
    return (span for span in (*spans, *_speaker_spans(figure.speaker)) if span is not None)


def _telling_spans(entry: Entry) -> Iterator[tuple[int, ...]]:
    """For each account of an entry its source, and where the words that tell it begin and end."""
    for account in entry.accounts:
        event = account.event
        spans = (*event.clause, *filter(None, [event.actor]), *_speaker_spans(event.speaker))
        yield account.citation.source, *(end for span in spans for end in (span.start, span.end))


def _speaker_spans(speaker: Speaker | None) -> tuple[Span, ...]:
    """Where a speaker is named."""
    if speaker is None:
        return ()
    return (speaker.span,) if speaker.named is None else (speaker.span, speaker.named)
