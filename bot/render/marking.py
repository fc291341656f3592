"""An article's own text with what was read from it: pieces that join to the text, and what each marked piece means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from bot.digest.model import (
    Attribution,
    Basis,
    Comparator,
    Event,
    EventStatus,
    Figure,
    Grain,
    PassageKind,
    Reality,
    Report,
    Span,
    Speaker,
    TimeExpression,
    TimeKind,
    When,
)
from bot.render import calendar
from bot.render.snippets import one_line

WORDS_SHOWN = 160  #: characters of a meaning's words, and of what somebody says
PHRASE = 40  #: characters between a number and what it counts, when they are one phrase
NEXT_TO = 3  #: characters between an owner and what is counted, when they are one phrase
CUT = "…"
COMPARATORS = {
    Comparator.EXACT: "{low}",
    Comparator.ABOUT: "about {low}",
    Comparator.NEARLY: "nearly {low}",
    Comparator.AT_LEAST: "at least {low}",
    Comparator.MORE_THAN: "more than {low}",
    Comparator.UP_TO: "up to {high}",
    Comparator.BETWEEN: "{low} to {high}",
}
VAGUE = "vague, and never turned into a number"
REALITIES = {Reality.PLANNED: "planned", Reality.POSSIBLE: "possible, not stated as so", Reality.DENIED: "denied"}
STATUSES = {
    EventStatus.PLANNED: "planned",
    EventStatus.CONDITIONAL: "on a condition",
    EventStatus.DENIED: "denied",
}
OFF_CALENDAR = {
    TimeKind.DURATION: "how long; no day on the calendar",
    TimeKind.SET: "how often; no day on the calendar",
    TimeKind.TIME: "a time of day",
    TimeKind.DATE: "too vague for the calendar",
}
NOBODY = "the article itself"
_ONLY_WORDS = re.compile(r"[^\W\d_]*(?:[ ’'-]+[^\W\d_]*)*")


class Kind(StrEnum):
    """What a marked piece tells."""

    EVENT = "event"
    SPEAKER = "speaker"
    FIGURE = "figure"
    DATE = "date"


class Ask(StrEnum):
    """What a fact about a marked piece answers."""

    WHAT = "what"
    WHO = "who"
    WHOSE = "whose"
    STATUS = "doing"
    HOW_MANY = "how many"
    WHERE = "where"
    WHEN = "when"
    SAYS = "says"
    QUOTED = "in their words"
    SAID_BY = "said by"
    NOT_YET = "as"
    DOUBT = "doubt"
    PART = "part of"
    COUNTED_FROM = "counted from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What was read from some words: the words on one line, and the facts, each by the question it answers."""

    kind: Kind
    words: str
    facts: tuple[tuple[Ask, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of the text within which nothing begins or ends.

    ``passage`` is what its paragraph is, None between two; only prose is read. ``meanings`` index the meanings of its
    words, those of the shortest words last.
    """

    text: str
    passage: PassageKind | None
    meanings: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A read article: its segments join to its text, and its meanings stand in the order of the text."""

    segments: tuple[Segment, ...]
    meanings: tuple[Meaning, ...]


def marked(report: Report) -> Marked:
    """The text of a read article with the meaning of its words."""
    found = sorted(_meanings(report), key=lambda one: (one[0][0].start, -_length(one[0])))
    return Marked(
        segments=tuple(_segments(report, [spans for spans, _ in found])),
        meanings=tuple(meaning for _, meaning in found),
    )


def _segments(report: Report, marks: Sequence[Sequence[Span]]) -> Iterator[Segment]:
    """The text cut wherever a passage or a mark begins or ends."""
    text = report.article.text
    ends = [passage.span for passage in report.passages] + [span for spans in marks for span in spans]
    cuts = sorted({0, len(text), *(span.start for span in ends), *(span.end for span in ends)})
    begins = {cut: place for place, cut in enumerate(cuts)}
    held: list[list[int]] = [[] for _ in cuts]
    for index in sorted(range(len(marks)), key=lambda index: -_length(marks[index])):
        for place in sorted({place for span in marks[index] for place in range(begins[span.start], begins[span.end])}):
            held[place].append(index)
    kinds: list[PassageKind | None] = [None] * len(cuts)
    for passage in report.passages:
        for place in range(begins[passage.span.start], begins[passage.span.end]):
            kinds[place] = passage.kind
    for place, (start, end) in enumerate(pairwise(cuts)):
        yield Segment(text=text[start:end], passage=kinds[place], meanings=tuple(held[place]))


def _length(spans: Iterable[Span]) -> int:
    return sum(span.end - span.start for span in spans)


def _meanings(report: Report) -> Iterator[tuple[tuple[Span, ...], Meaning]]:
    """What was read, each with the words it was read from; of happenings those with a date."""
    told: set[tuple[Span, ...]] = set()
    for event in report.events:
        if event.time is not None and event.time.when is not None and event.clause not in told:
            told.add(event.clause)
            yield event.clause, _event(report, event, event.time)
    for said in report.attributions:
        yield _joined(said.speaker.span, said.speaker.cue), _speaker(report, said)
    for figure in report.figures:
        yield _counting(report.article.text, figure), _figure(report, figure)
    for time in report.times:
        yield (time.span,), _date(report, time)


def _event(report: Report, event: Event, time: TimeExpression) -> Meaning:
    text = report.article.text
    words = f" {CUT} ".join(one_line(span.of(text)) for span in event.clause)
    facts = [
        (Ask.WHEN, _when(report, time)),
        (Ask.WHO, one_line(event.actor.of(text)) if event.actor else None),
        (Ask.SAID_BY, _name(report, event.speaker) if event.speaker else None),
        (Ask.NOT_YET, STATUSES.get(event.status)),
    ]
    return Meaning(kind=Kind.EVENT, words=_short(words), facts=_given(facts))


def _speaker(report: Report, said: Attribution) -> Meaning:
    text = report.article.text
    words = " ".join(one_line(span.of(text)) for span in said.content)
    facts = [
        (Ask.WHO, _name(report, said.speaker)),
        (Ask.QUOTED if said.direct else Ask.SAYS, _short(words)),
    ]
    return Meaning(kind=Kind.SPEAKER, words=one_line(said.speaker.span.of(text)), facts=_given(facts))


def _figure(report: Report, figure: Figure) -> Meaning:
    text = report.article.text
    what, whose = _counted(text, figure)
    hedges = [f"“{one_line(hedge.of(text))}”" for hedge in figure.hedges]
    doubts = [*hedges, *([REALITIES[figure.reality]] if figure.reality in REALITIES else [])]
    whole = report.figures[figure.part_of] if figure.part_of is not None else None
    facts = [
        (Ask.HOW_MANY, _amount(figure)),
        (Ask.WHAT, what),
        (Ask.WHOSE, whose),
        (Ask.STATUS, one_line(figure.status.of(text)) if figure.status else None),
        (Ask.WHERE, one_line(figure.place.of(text)) if figure.place else None),
        (Ask.SAID_BY, _name(report, figure.speaker) if figure.speaker else NOBODY),
        (Ask.WHEN, _when(report, figure.as_of) if figure.as_of else None),
        (Ask.PART, one_line(whole.surface.of(text)) if whole else None),
        (Ask.DOUBT, ", ".join(doubts)),
    ]
    return Meaning(kind=Kind.FIGURE, words=one_line(figure.surface.of(text)), facts=_given(facts))


def _counted(text: str, figure: Figure) -> tuple[str, str | None]:
    """What is counted, and whose it is where that does not stand right before it."""
    unit = one_line(figure.unit.of(text)) if figure.unit else figure.unit_noun
    if figure.whose is None:
        return unit, None
    if figure.unit is not None and figure.whose.end <= figure.unit.start <= figure.whose.end + NEXT_TO:
        return one_line(text[figure.whose.start : figure.unit.end]), None
    return unit, one_line(figure.whose.of(text))


def _counting(text: str, figure: Figure) -> tuple[Span, ...]:
    """The number and what is counted, as one phrase where only a few words stand between."""
    surface, unit = figure.surface, figure.unit
    if unit is None or not surface.end <= unit.start <= surface.end + PHRASE:
        return _joined(surface, unit)
    is_phrase = _ONLY_WORDS.fullmatch(text, surface.end, unit.start)
    return (Span(start=surface.start, end=unit.end),) if is_phrase else (surface, unit)


def _amount(figure: Figure) -> str:
    """ "about 10,000": the bounds as they are compared, not as they are printed."""
    if figure.comparator is Comparator.VAGUE:
        return VAGUE
    low, high = (f"{value:,.10g}" if value is not None else "" for value in (figure.low, figure.high))
    return COMPARATORS[figure.comparator].format(low=low or high, high=high or low)


def _date(report: Report, time: TimeExpression) -> Meaning:
    facts: list[tuple[Ask, str | None]] = [(Ask.WHEN, _when(report, time))]
    if time.anchor is not None and time.when is not None and time.when.reckoned:
        by = f" (“{one_line(time.anchor_span.of(report.article.text))}”)" if time.anchor_span else ""
        facts.append((Ask.COUNTED_FROM, calendar.words(_day(time.anchor)) + by))
    return Meaning(kind=Kind.DATE, words=one_line(time.span.of(report.article.text)), facts=_given(facts))


def _when(report: Report, time: TimeExpression) -> str:
    if time.when is None:
        return OFF_CALENDAR[time.kind]
    inferred = time.when.reckoned and report.article.published.basis is Basis.INFERRED
    return f"{calendar.INFERRED} {calendar.words(time.when)}" if inferred else calendar.words(time.when)


def _day(day: date) -> When:
    return When(first=day, last=day, grain=Grain.DAY, reckoned=False)


def _name(report: Report, speaker: Speaker) -> str:
    """Who speaks, by the fullest name the article gives near; what the sentence itself says stands before it."""
    own = one_line(speaker.span.of(report.article.text))
    named = one_line(speaker.named.of(report.article.text)) if speaker.named else own
    return own if named == own else f"{named} (“{own}”)"


def _joined(first: Span, second: Span | None) -> tuple[Span, ...]:
    """Both spans in order, as one where they overlap."""
    if second is None or first.holds(second):
        return (first,)
    if first.meets(second):
        return (Span(start=min(first.start, second.start), end=max(first.end, second.end)),)
    return tuple(sorted((first, second)))


def _short(words: str) -> str:
    return words if len(words) <= WORDS_SHOWN else f"{words[:WORDS_SHOWN].rsplit(' ', 1)[0]} {CUT}"


def _given(facts: Iterable[tuple[Ask, str | None]]) -> tuple[tuple[Ask, str], ...]:
    return tuple((ask, words) for ask, words in facts if words)
