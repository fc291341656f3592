"""Time expressions of news text, read by a grammar and set on the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from bot.digest.dates import anchoring, context
from bot.digest.dates.anchoring import Direction
from bot.digest.dates.calendar import Stretch
from bot.digest.dates.chart import Edge
from bot.digest.dates.grammar import GRAMMAR
from bot.digest.dates.lexer import Lexeme, lexemes
from bot.digest.dates.meaning import Clocked, Phrase, Plain
from bot.digest.model import Span, TimeExpression, When

if TYPE_CHECKING:
    from bot.digest.language import Paragraph, Parsed

__all__ = ["resolve", "time_expressions"]

LOOK_BACK = 12  #: how many expressions back a date may stand that a phrase counts from
_DETERMINERS = frozenset({"the", "a", "an"})  #: they belong to the noun behind a hyphenated phrase: "the two-week truce"


def time_expressions(parsed: Parsed) -> tuple[TimeExpression, ...]:
    """Every time expression of the article's prose, in order and without overlap.

    Relative ones count from the day of publication, or from the date the text speaks of.
    """
    published = parsed.article.published.day
    found: list[_Placed] = []
    for paragraph in parsed.paragraphs:
        for mention in _mentions(paragraph):
            found.append(_place(mention, published, found))
    return tuple(placed.expression for placed in found)


def resolve(words: str, anchor: date) -> tuple[When, ...]:
    """Every calendar reading that a time phrase standing alone may have, counted from ``anchor``."""
    found = lexemes(words)
    charts = GRAMMAR.chart(found, alone=True)
    whens: dict[When, None] = {}
    if not found:
        return ()
    for edge in charts[0]:
        if edge.end == len(found) and isinstance(edge.value, Phrase):
            for stretch in anchoring.readings(edge.value.core, anchor):
                whens[_when(stretch, reckoned=not anchoring.is_explicit(edge.value.core))] = None
    return tuple(whens)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """A phrase found in a paragraph, with what its surroundings say."""

    phrase: Phrase
    span: Span
    direction: Direction
    sentence: int
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A time expression with what later phrases need to count from it."""

    expression: TimeExpression
    stretch: Stretch | None
    sentence: int
    depth: int
    shifted: bool


def _mentions(paragraph: Paragraph) -> Iterator[_Mention]:
    doc = paragraph.doc
    found = lexemes(doc.text, context.impostors(doc))
    charts = GRAMMAR.chart(found)
    at = 0
    while at < len(found):
        edge = _best(charts[at], found)
        if edge is None:
            at += 1
            continue
        last = found[edge.end - 1]
        hyphened = last.joined and found[at].word in _DETERMINERS
        start, end = found[at + 1 if hyphened else at].start, last.end
        tokens = doc.char_span(start, end, alignment_mode="expand")
        at = edge.end
        if not isinstance(edge.value, Phrase):
            continue
        if tokens is None:
            continue
        root = tokens.root
        yield _Mention(
            phrase=edge.value,
            span=Span(start=paragraph.start + start, end=paragraph.start + end),
            direction=context.direction(root),
            sentence=paragraph.start + root.sent.start_char,
            depth=sum(1 for _ in root.ancestors),
        )


def _best(edges: Sequence[Edge], found: Sequence[Lexeme]) -> Edge | None:
    """The longest phrase that begins here, be it a time or what only looks like one; of equals the first rule's."""
    best = None
    for edge in edges:
        if edge.name in ("TOP", "NOISE") and (best is None or edge.end > best.end) and not _cuts(edge, found):
            best = edge
    return best


def _cuts(edge: Edge, found: Sequence[Lexeme]) -> bool:
    """Whether the phrase ends inside a hyphenated compound that goes on about something else: "the year-|earlier"."""
    if edge.end >= len(found) or not found[edge.end].joined:
        return False
    return any(name in ("UNIT", "UNITS") for name, _ in found[edge.end - 1].classes)


def _place(mention: _Mention, published: date, before: Sequence[_Placed]) -> _Placed:
    """Sets a phrase on the calendar."""
    core = mention.phrase.core
    counted_from = _reference(mention, before) if anchoring.wants_reference(core) else None
    stretch = anchoring.resolved(
        core, published, counted_from.stretch if counted_from is not None else None, mention.direction
    )
    explicit = anchoring.is_explicit(core)
    expression = TimeExpression(
        span=mention.span,
        kind=mention.phrase.kind,
        value=_value(mention.phrase, stretch),
        modifier=mention.phrase.modifier,
        when=_when(stretch, reckoned=not explicit) if stretch is not None else None,
    )
    if stretch is not None and not explicit:
        if counted_from is not None and counted_from.stretch is not None:
            expression = replace(
                expression, anchor=counted_from.stretch.first, anchor_span=counted_from.expression.span
            )
        else:
            expression = replace(expression, anchor=published)
    return _Placed(
        expression=expression,
        stretch=stretch,
        sentence=mention.sentence,
        depth=mention.depth,
        shifted=anchoring.is_shifted(core),
    )


def _reference(mention: _Mention, before: Sequence[_Placed]) -> _Placed | None:
    """The date the phrase counts from: the last one of its sentence, else the main clause's of a recent sentence."""
    fitting = [
        placed
        for placed in before[-LOOK_BACK:]
        if placed.stretch is not None
        and not placed.shifted
        and anchoring.fits(
            mention.phrase.core, placed.stretch, same_sentence=placed.sentence == mention.sentence
        )
    ]
    same = [placed for placed in fitting if placed.sentence == mention.sentence]
    if same:
        return same[-1]
    if not fitting:
        return None
    latest = [placed for placed in fitting if placed.sentence == fitting[-1].sentence]
    return min(latest, key=lambda placed: placed.depth)


def _value(phrase: Phrase, stretch: Stretch | None) -> str:
    match phrase.core:
        case Plain(value=value):
            return value
        case Clocked(clock=clock) if stretch is not None:
            return stretch.value + clock
    return stretch.value if stretch is not None else "PAST_REF"


def _when(stretch: Stretch, reckoned: bool) -> When:
    return When(first=stretch.first, last=stretch.last, grain=stretch.grain, reckoned=reckoned)
