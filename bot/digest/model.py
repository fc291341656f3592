"""What the digest is made of: articles, spans, times, speakers, figures, events, and the digest itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

ArticleId = NewType("ArticleId", str)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A half-open, non-empty range of an article's text.

    Offsets count Unicode code points, as Python's slices do.

    Raises:
        ValueError: the range is empty, reversed or negative.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """The words of ``text`` that the span covers, verbatim."""
        return text[self.start : self.end]

    def holds(self, other: Span) -> bool:
        """Whether ``other`` lies inside this span."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


class Basis(StrEnum):
    """How an article's moment of publication is known."""

    STATED = "stated"
    MANIFEST = "manifest"
    FEED = "feed"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The moment an article appeared; aware, UTC. A bare day is its midnight.

    Raises:
        ValueError: the moment has no time zone.
    """

    moment: datetime
    basis: Basis

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {self.moment.isoformat()}")

    @property
    def day(self) -> date:
        """The calendar day that relative expressions count from."""
        return self.moment.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as received: ``text`` is never altered, everything else points into it."""

    id: ArticleId
    text: str
    published: Published
    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    language: str = "en"
    url: str | None = None


class PassageKind(StrEnum):
    """What a line of the received text is."""

    PROSE = "prose"
    HEADING = "heading"
    TITLE = "title"
    CAPTION = "caption"
    BYLINE = "byline"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One paragraph of the received text, without surrounding white space."""

    span: Span
    kind: PassageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of the article's prose; ``paragraph`` counts the prose passages."""

    span: Span
    paragraph: int


class Grain(StrEnum):
    """How fine a date is; never finer than the words it was read from."""

    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    RANGE = "range"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A stretch of calendar days, both ends included; an open end is None.

    ``reckoned`` says that the words alone do not give it: a publication date or a neighbouring date was needed
    for the year, the month or the day.

    Raises:
        ValueError: both ends are open, or they are reversed.
    """

    first: date | None
    last: date | None
    grain: Grain
    reckoned: bool

    def __post_init__(self) -> None:
        if self.first is None and self.last is None:
            raise ValueError("a date needs at least one end")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError(f"a date runs forward, got {self.first}..{self.last}")

    def meets(self, other: When) -> bool:
        """Whether the two stretches share a day; an open end reaches as far as needed."""
        begins, ends = self.first or date.min, self.last or date.max
        return begins <= (other.last or date.max) and (other.first or date.min) <= ends


class TimeKind(StrEnum):
    """TIMEX3's types."""

    DATE = "DATE"
    TIME = "TIME"
    DURATION = "DURATION"
    SET = "SET"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """Words that name a time.

    ``value`` is the TIMEX3 value ("2024-11-09", "2024-W45", "P3D", "PAST_REF"), ``modifier`` its mod ("START").
    ``when`` is set for what can stand on a calendar. ``anchor`` is the day it was counted from, and ``anchor_span``
    the words that gave this day when it was not the publication date.
    """

    span: Span
    kind: TimeKind
    value: str
    modifier: str | None = None
    when: When | None = None
    anchor: date | None = None
    anchor_span: Span | None = None


class BodyKind(StrEnum):
    """What sort of thing a name names."""

    PERSON = "person"
    COUNTRY = "country"
    PLACE = "place"
    ORGANISATION = "organisation"
    GROUP = "group"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One person, country, place or organisation of an article.

    ``name`` is the fullest name the article gives it; ``aliases`` are all its surfaces in the article, ``name`` among
    them. ``key`` is comparable across articles: spelling variants, titles and country names are folded in it.
    """

    name: str
    kind: BodyKind
    aliases: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place where a body is named or meant; ``body`` indexes the report's bodies."""

    span: Span
    body: int
    pronoun: bool = False


_PRONOUNS = frozenset("he she it they who which that we i".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who says something.

    ``span`` is the source as the article prints it ("Doe", "who", "Intelligence reports from Norway");
    ``named`` is the fullest naming of the same source, in an earlier clause or sentence, when ``span`` is a pronoun
    or a short form, else None. ``cue`` is the reporting word ("stated", "according to"). ``parties`` are comparable
    keys, one for each body that speaks: "jane doe", "norway: ministry of defense", "norway: intelligence".
    Unnamed sources ("analysts", "recent reports") have one party of their own lower-cased head phrase.
    """

    span: Span
    cue: Span
    named: Span | None = None
    parties: tuple[str, ...] = ()

    def is_pronoun(self, text: str) -> bool:
        """Whether ``span`` names nobody by itself: "he", "who"."""
        words = self.span.of(text).split()
        return len(words) == 1 and words[0].lower() in _PRONOUNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Somebody's words or claim: ``content`` is what is said, in one or more spans, maybe across sentences."""

    speaker: Speaker
    content: tuple[Span, ...]
    direct: bool = False


class Comparator(StrEnum):
    """How a printed number bounds the meant one."""

    EXACT = "exact"
    ABOUT = "about"
    NEARLY = "nearly"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    UP_TO = "up_to"
    BETWEEN = "between"
    VAGUE = "vague"


class Reality(StrEnum):
    """Whether the text says a thing is so, will be, may be, or is not."""

    ACTUAL = "actual"
    PLANNED = "planned"
    POSSIBLE = "possible"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """A kind of figure that the bot follows; declared in the configuration, never in code.

    ``units`` are the nouns counted, singular and lower-case; ``statuses`` maps a status to the lemmas that state it
    ("killed" -> kill, die, dead, death); empty: any. ``needs_status``: a number of these units counts only with one
    of the statuses ("40 people" is nothing, "40 people killed" a casualty figure). ``excluded`` are nouns or
    modifiers that say it is something else. ``money``: amounts with a currency are counted. ``totals`` are nouns that
    hold such a number instead of being counted by it: "a *force* of 3,000", "the death *toll* rose to 120". A unit of
    several words asks for its modifiers ("military personnel"); one that begins with * is any noun so ending ("*man").
    ``members`` are nouns that count only beside a total or another unit of their sentence: "the army has 94,000 *men*".
    In a status of two words, * stands for any unit: "lose *".
    """

    name: str
    command: str
    title: str
    units: tuple[str, ...]
    statuses: tuple[tuple[str, tuple[str, ...]], ...] = ()
    needs_status: bool = False
    excluded: tuple[str, ...] = ()
    money: bool = False
    totals: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One quantity, as one sentence states it. Every span lies in the same article.

    ``number`` covers the number alone ("10,000"), ``surface`` also its comparator words ("around 10,000"). ``low`` and
    ``high`` are the printed number (both), the ends of a range, or None for an open or vague side; the direction lives
    in ``comparator``. ``unit`` is the counted noun as printed, maybe in a neighbouring phrase; ``whose`` says of which
    body ("Norwegian"), ``place`` where ("the coastal region"), ``status`` doing what ("stationed", "killed").
    ``measure`` is the status when the tracker declares statuses, so that killed and wounded are never compared.
    ``hedges`` are doubts beyond the comparator ("reportedly", "It is believed"). ``includes`` is the phrase that says
    the number includes others. ``part_of`` and ``same_as`` index the report's figures: a subset, a repeated mention.
    """

    sentence: int
    tracker: str
    number: Span
    surface: Span
    low: float | None
    high: float | None
    comparator: Comparator
    unit_noun: str
    unit: Span | None = None
    whose: Span | None = None
    whose_key: str | None = None
    place: Span | None = None
    place_key: str | None = None
    status: Span | None = None
    status_name: str | None = None
    measure: str | None = None
    reality: Reality = Reality.ACTUAL
    delta: bool = False
    hedges: tuple[Span, ...] = ()
    includes: Span | None = None
    speaker: Speaker | None = None
    as_of: TimeExpression | None = None
    part_of: int | None = None
    same_as: int | None = None
    currency: str | None = field(default=None)


class EventStatus(StrEnum):
    """What the text says of a happening."""

    HAPPENED = "happened"
    PLANNED = "planned"
    CONDITIONAL = "conditional"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening, as one sentence tells it.

    ``clause`` are the words that tell it, verbatim, in order; a gap is a cut. ``family`` names the kind of act of its
    main word ("enact", "attack", else the word's own lemma), ``actor`` who does it as printed, and ``actor_key``
    comparably ("norway: parliament"). ``terms`` are its content words, ``participants`` the keys of the bodies in it.
    ``time`` is the expression that dates it; None when the text does not.
    """

    sentence: int
    clause: tuple[Span, ...]
    family: str
    terms: tuple[str, ...]
    participants: tuple[str, ...]
    status: EventStatus
    actor: Span | None = None
    actor_key: str | None = None
    time: TimeExpression | None = None
    speaker: Speaker | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A sentence that a later version of an article has otherwise, verbatim but for white space.

    ``before`` None: it was put in; ``after`` None: it was taken out.

    Raises:
        ValueError: both are None.
    """

    before: str | None = None
    after: str | None = None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("a change needs the words before or after it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a version of an article has otherwise than the version before.

    ``number`` counts the article's revisions from 1. ``at`` is when the bot took the later version, UTC.
    ``sentences`` counts all that differ, ``changes`` are the first of them. ``title`` is the earlier title where it was
    another, else None.
    """

    number: int
    at: datetime
    sentences: int
    changes: tuple[Change, ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was read from one article; every index and span refers to this article alone.

    ``label`` names it to a reader: publisher, else title, else the first six words in quotation marks. ``revisions``
    are the last times that the article came in another version, the newest last.
    """

    article: Article
    label: str
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    bodies: tuple[Body, ...]
    mentions: tuple[Mention, ...]
    times: tuple[TimeExpression, ...]
    attributions: tuple[Attribution, ...]
    figures: tuple[Figure, ...]
    events: tuple[Event, ...]
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An article of the story. ``number`` counts arrivals from 1 and is what a citation prints.

    ``origin`` is the number of the first article that goes back to the same text or publisher, maybe its own.
    ``copy_of`` is the number of an earlier article, no copy itself, that has most of this one's words; None for a text
    of its own.
    """

    number: int
    label: str
    article: Article
    origin: int
    copy_of: int | None = None
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a line is from: the source's number, the cited sentence, the earlier sentence that names its speaker."""

    source: int
    sentence: Span
    antecedent: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A cited statement: verbatim pieces of the cited sentence; a gap between two pieces is a cut.

    ``speaker`` is set when the sentence itself does not carry its speaker.
    """

    citation: Citation
    pieces: tuple[Span, ...]
    speaker: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A figure as the story has it.

    ``parties`` are the speakers' keys made one over all articles, empty for none. ``whole`` indexes the claim that this
    one is a part of; ``is_part``: it is a part of something, if only of "the dead". ``published`` is the day of the
    article, ``when`` what the sentence says of the claim's time, else None: now. ``is_copied``: an article that this
    one is a copy of makes the claim in the same sentence, so that it supports nothing.
    """

    citation: Citation
    figure: Figure
    parties: tuple[str, ...]
    published: date
    whole: int | None = None
    is_part: bool = False
    when: When | None = None
    is_copied: bool = False


class FindingKind(StrEnum):
    """How claims stand to each other. The first three are conflicts."""

    SAME_SOURCE = "same source, two numbers"
    INCOMPATIBLE = "different speakers, incompatible numbers"
    PART_EXCEEDS = "a part exceeds the whole"
    SAME_NUMBER = "same number, different speakers"
    OTHER_DATE = "different dates, different numbers"
    COMPOSITION = "same number, different scope"
    HEDGE = "same number, different hedge"

    @property
    def is_conflict(self) -> bool:
        """Whether the claims cannot all be right."""
        return self in (FindingKind.SAME_SOURCE, FindingKind.INCOMPATIBLE, FindingKind.PART_EXCEEDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What two or more claims have to do with each other; ``claims`` index the digest's claims."""

    kind: FindingKind
    claims: tuple[int, ...]
    places_differ: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGroup:
    """The claims that measure one thing: of whom, where, in what status. ``claims`` index the digest's claims."""

    tracker: str
    whose: str | None
    place: str | None
    status: str | None
    claims: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One article's telling of an event."""

    citation: Citation
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as the story has it: its tellings, the finest date first; ``when`` is None when no telling dates it.

    ``actors_differ``: the tellings name who acted in words that do not mean quite the same.
    """

    when: When | None
    accounts: tuple[Account, ...]
    actors_differ: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A story: what its articles say, line by line.

    ``names`` are the bodies of all its articles, made one. ``leads`` are the most telling lines of each article alone.
    """

    sources: tuple[Source, ...] = ()
    names: tuple[Body, ...] = ()
    summary: tuple[Line, ...] = ()
    leads: tuple[Line, ...] = ()
    claims: tuple[Claim, ...] = ()
    groups: tuple[FigureGroup, ...] = ()
    findings: tuple[Finding, ...] = ()
    timeline: tuple[Entry, ...] = ()
    undated: tuple[Entry, ...] = ()

    @property
    def revision(self) -> int:
        """The highest source number; what a chat has been briefed up to."""
        return max((source.number for source in self.sources), default=0)
