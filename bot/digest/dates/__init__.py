"""Time expressions of news text, read by a grammar and set on the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.digest.dates import anchoring, placing
from bot.digest.dates.chart import Edge
from bot.digest.dates.finding import FROM_TO, mentions
from bot.digest.dates.grammar import GRAMMAR
from bot.digest.dates.lexer import lexemes
from bot.digest.dates.meaning import Calendar, Clocked, Due, Phrase
from bot.digest.model import TimeExpression, When

if TYPE_CHECKING:
    from bot.digest.dates.placing import Placed
    from bot.digest.language import Parsed

__all__ = ["resolve", "time_expressions", "timexes"]


def time_expressions(parsed: Parsed) -> tuple[TimeExpression, ...]:
    """Every time expression of the article's prose, in order and without overlap; a range is one expression.

    Relative ones count from the day of publication, or from the date the text speaks of.
    """
    return tuple(placing.joined(_placed(parsed)))


def timexes(parsed: Parsed) -> tuple[TimeExpression, ...]:
    """The same as TIMEX3 wants them: the two ends of a range apart."""
    return tuple(item.expression for item in _placed(parsed))


def resolve(words: str, anchor: date) -> tuple[When, ...]:
    """Every calendar reading that a time phrase standing alone may have, counted from ``anchor``.

    A bare number is read as a day of a month, quarter or year beside ``anchor``, as in "June 3 and 4". Words that name
    no time have none.
    """
    found = lexemes(words)
    charts = GRAMMAR.chart(found, alone=True)
    if not found:
        return ()
    whens = dict.fromkeys(_whens(charts[0], len(found), anchor))
    for at in range(1, len(found) - 1):
        if found[at].word in FROM_TO or found[at].word == "and":
            lefts, rights = (charts[0], at), (charts[at + 1], len(found))
            whens |= dict.fromkeys(_ranges(lefts, rights, anchor))
    for at in range(1, len(found)):
        if found[at].joined:
            whens |= dict.fromkeys(_ranges((charts[0], at), (charts[at], len(found)), anchor))
    return tuple(whens)


def _placed(parsed: Parsed) -> list[Placed]:
    published = parsed.article.published.day
    found: list[Placed] = []
    for paragraph in parsed.paragraphs:
        found += placing.placed(mentions(paragraph), published, found)
    return found


def _whens(edges: Sequence[Edge], end: int, anchor: date) -> Iterator[When]:
    """The readings of the phrases among ``edges`` that reach to ``end``."""
    for edge in edges:
        if edge.end != end or edge.name not in ("TOP", "ELLIPSIS"):
            continue
        core = edge.value.core if isinstance(edge.value, Phrase) else edge.value
        core = core.then if isinstance(core, Due) else core
        if isinstance(core, Calendar | Clocked):
            for stretch in anchoring.readings(core, anchor):
                yield placing.when_of(stretch, reckoned=not anchoring.is_explicit(core))


def _ranges(lefts: tuple[Sequence[Edge], int], rights: tuple[Sequence[Edge], int], anchor: date) -> Iterator[When]:
    """The ranges between readings of two phrases, each counted from ``anchor`` or from the other."""
    for left in _whens(*lefts, anchor):
        for right in (*_whens(*rights, anchor), *(_whens(*rights, left.first) if left.first else ())):
            whole = placing.span_of_days(left, right)
            if whole is not None:
                yield whole
    for right in _whens(*rights, anchor):
        for left in _whens(*lefts, right.first) if right.first else ():
            whole = placing.span_of_days(left, right)
            if whole is not None:
                yield whole
