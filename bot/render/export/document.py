"""A story as plain data: everything the bot would say of it, each piece with the sentence it was read from.

These classes are the published format: ``docs/export-schema.json`` is made from them, and a test holds it to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from bot.digest.model import (
    Account,
    Citation,
    Claim,
    Digest,
    Entry,
    Line,
    Published,
    Revision,
    Source,
    Span,
    Tracker,
    When,
)

FORMAT: Literal["sitrep-story"] = "sitrep-story"
VERSION: Literal[1] = 1
SCHEMA_ID = "sitrep-story-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSentence:
    """The sentence that something was read from. ``start`` and ``end`` count characters of the article as received;
    the end is exclusive. ``names_speaker`` is an earlier sentence of the article that names who speaks."""

    source: int
    quote: str
    start: int
    end: int
    names_speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedChange:
    """A sentence that a version of an article has otherwise than the one before, verbatim but for white space; null
    ``before``: it was put in; null ``after``: it was taken out."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedRevision:
    """What a version of an article has otherwise than the one before.

    ``number`` counts the article's revisions from 1, ``taken`` is when the later version was taken. ``sentences``
    counts all that differ; ``changes`` are those that are kept. ``title_was`` is null where the title stayed.
    """

    number: int
    taken: datetime
    sentences: int
    title_was: str | None
    changes: tuple[ExportedChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedSource:
    """An article. ``number`` is what citations give. Articles of one ``origin`` are not independent of each other.

    ``date_basis`` tells how the date is known: stated, manifest, feed or inferred. ``copy_of`` is the number of the
    article that this one says the words of, or null. ``revisions`` are the last that are kept, the newest last.
    """

    number: int
    label: str
    title: str | None
    publisher: str | None
    byline: str | None
    url: str | None
    published: datetime
    date_basis: str
    origin: int
    copy_of: int | None = None
    revisions: tuple[ExportedRevision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedDate:
    """A stretch of calendar days, both included, an open end null; never finer than ``grain``.

    ``words`` are those it was read from. ``reckoned``: the words alone do not give it.
    """

    first: date | None
    last: date | None
    grain: str
    reckoned: bool
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedLine:
    """A line of the summary: verbatim pieces of the cited sentence; between two pieces something is left out."""

    pieces: tuple[str, ...]
    speaker: str | None
    cited: CitedSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFigure:
    """One quantity as one sentence states it.

    ``as_printed`` is the number with its comparator words; ``low`` and ``high`` are the number, or the ends of a range,
    null where the words leave it open. ``speaker`` is null when the article gives the number as its own. ``part_of``
    counts ``figures`` from 0. ``reality``: actual, planned, possible or denied.
    """

    tracker: str
    as_printed: str
    low: float | None
    high: float | None
    comparator: str
    unit: str
    whose: str | None
    place: str | None
    status: str | None
    speaker: str | None
    hedges: tuple[str, ...]
    reality: str
    date: ExportedDate | None
    part_of: int | None
    cited: CitedSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFinding:
    """How figures stand to each other; ``figures`` count from 0. A conflict: they cannot all be right."""

    kind: str
    is_conflict: bool
    places_differ: bool
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedTelling:
    """One article's telling of an event: verbatim pieces, and what it says of the event: happened, planned, ..."""

    pieces: tuple[str, ...]
    status: str
    actor: str | None
    speaker: str | None
    date: ExportedDate | None
    cited: CitedSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEvent:
    """An event with all its tellings, the finest date first; ``date`` is null when none dates it."""

    date: ExportedDate | None
    actors_differ: bool
    tellings: tuple[ExportedTelling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedStory:
    """A story. ``trackers`` names the kinds of figures that were followed, by what ``figures`` call them."""

    format: Literal["sitrep-story"]
    version: Literal[1]
    title: str
    exported: datetime
    trackers: Mapping[str, str]
    sources: tuple[ExportedSource, ...]
    summary: tuple[ExportedLine, ...]
    figures: tuple[ExportedFigure, ...]
    findings: tuple[ExportedFinding, ...]
    events: tuple[ExportedEvent, ...]


_ADAPTER = TypeAdapter(ExportedStory)


def exported(digest: Digest, trackers: Sequence[Tracker], title: str, now: datetime) -> ExportedStory:
    """The story as plain data; ``now`` is noted as the moment of the export."""
    return ExportedStory(
        format=FORMAT,
        version=VERSION,
        title=title,
        exported=now,
        trackers={tracker.name: tracker.title for tracker in trackers},
        sources=tuple(_source(source) for source in digest.sources),
        summary=tuple(_line(digest, line) for line in digest.summary),
        figures=tuple(_figure(digest, claim) for claim in digest.claims),
        findings=tuple(
            ExportedFinding(
                kind=finding.kind,
                is_conflict=finding.kind.is_conflict,
                places_differ=finding.places_differ,
                figures=finding.claims,
            )
            for finding in digest.findings
        ),
        events=tuple(_event(digest, entry) for entry in (*digest.timeline, *digest.undated)),
    )


def as_json(story: ExportedStory) -> str:
    """The document, with two blanks of indentation and a line break at its end."""
    return _ADAPTER.dump_json(story, indent=2).decode() + "\n"


def schema() -> dict[str, Any]:
    """The format as JSON Schema (2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **_ADAPTER.json_schema()}


def cited(digest: Digest, citation: Citation) -> CitedSentence:
    """A citation with its words."""
    text = digest.sources[citation.source - 1].article.text
    return CitedSentence(
        source=citation.source,
        quote=citation.sentence.of(text),
        start=citation.sentence.start,
        end=citation.sentence.end,
        names_speaker=_words(citation.antecedent, text),
    )


def _source(source: Source) -> ExportedSource:
    article = source.article
    published: Published = article.published
    return ExportedSource(
        number=source.number,
        label=source.label,
        title=article.title,
        publisher=article.publisher,
        byline=article.byline,
        url=article.url,
        published=published.moment,
        date_basis=published.basis,
        origin=source.origin,
        copy_of=source.copy_of,
        revisions=tuple(_revision(revision) for revision in source.revisions),
    )


def _revision(revision: Revision) -> ExportedRevision:
    return ExportedRevision(
        number=revision.number,
        taken=revision.at,
        sentences=revision.sentences,
        title_was=revision.title,
        changes=tuple(ExportedChange(before=change.before, after=change.after) for change in revision.changes),
    )


def _line(digest: Digest, line: Line) -> ExportedLine:
    text = digest.sources[line.citation.source - 1].article.text
    return ExportedLine(
        pieces=tuple(piece.of(text) for piece in line.pieces),
        speaker=_words(line.speaker, text),
        cited=cited(digest, line.citation),
    )


def _figure(digest: Digest, claim: Claim) -> ExportedFigure:
    text, figure = digest.sources[claim.citation.source - 1].article.text, claim.figure
    speaker, time = figure.speaker, figure.as_of
    return ExportedFigure(
        tracker=figure.tracker,
        as_printed=figure.surface.of(text),
        low=figure.low,
        high=figure.high,
        comparator=figure.comparator,
        unit=figure.unit_noun,
        whose=_words(figure.whose, text),
        place=_words(figure.place, text),
        status=_words(figure.status, text),
        speaker=None if speaker is None else (speaker.named or speaker.span).of(text),
        hedges=tuple(hedge.of(text) for hedge in figure.hedges),
        reality=figure.reality,
        date=_date(claim.when, None if time is None else time.span.of(text)),
        part_of=claim.whole,
        cited=cited(digest, claim.citation),
    )


def _event(digest: Digest, entry: Entry) -> ExportedEvent:
    return ExportedEvent(
        date=_date(entry.when, None),
        actors_differ=entry.actors_differ,
        tellings=tuple(_telling(digest, account) for account in entry.accounts),
    )


def _telling(digest: Digest, account: Account) -> ExportedTelling:
    text, event = digest.sources[account.citation.source - 1].article.text, account.event
    time = event.time
    return ExportedTelling(
        pieces=tuple(piece.of(text) for piece in event.clause),
        status=event.status,
        actor=_words(event.actor, text),
        speaker=None if event.speaker is None else (event.speaker.named or event.speaker.span).of(text),
        date=None if time is None else _date(time.when, time.span.of(text)),
        cited=cited(digest, account.citation),
    )


def _date(when: When | None, words: str | None) -> ExportedDate | None:
    if when is None:
        return None
    return ExportedDate(first=when.first, last=when.last, grain=when.grain, reckoned=when.reckoned, words=words)


def _words(span: Span | None, text: str) -> str | None:
    return None if span is None else span.of(text)
