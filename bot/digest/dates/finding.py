"""Finds the time phrases of a paragraph, and which of them lean on a neighbour: "June 3 and 4", "May and June 2021"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.digest.dates import context
from bot.digest.dates.anchoring import Direction
from bot.digest.dates.building import is_day
from bot.digest.dates.calendar import Unit
from bot.digest.dates.chart import Edge
from bot.digest.dates.grammar import GRAMMAR
from bot.digest.dates.lexer import Lexeme, lexemes
from bot.digest.dates.meaning import Base, Clocked, Cycle, Cyclic, Due, Fixed, Phrase, Relative, Within
from bot.digest.model import Grain, Span, TimeKind

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.language import Paragraph

FROM_TO = frozenset({"to", "through", "until", "till", "-", "–", "—"})  #: between the ends of a range
LISTING = frozenset({"and", "or", ",", "&"})
_DETERMINERS = frozenset(
    {"the", "a", "an"}
)  #: they belong to the noun behind a hyphenated phrase: "the two-week truce"
_POSTPONING = frozenset("move postpone delay shift extend change reschedule push bring adjourn defer".split())
_YEARLY = {
    Cycle.MONTH: Grain.MONTH,
    Cycle.MONTH_DAY: Grain.DAY,
    Cycle.QUARTER: Grain.QUARTER,
    Cycle.HALF: Grain.HALF,
    Cycle.SEASON: Grain.SEASON,
}


_PARTS_OF_YEAR = {Grain.QUARTER: Cycle.QUARTER, Grain.HALF: Cycle.HALF}


class Link(StrEnum):
    """What stands between a phrase and the one before it."""

    APART = "apart"
    MOVED = "moved"
    LISTED = "listed"
    ENDED = "ended"
    RANGE = "range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A phrase of a paragraph with what its surroundings say.

    ``sentence`` is the offset where its sentence begins, ``depth`` its distance from that sentence's main clauses.
    ``leans`` is -1 or 1 when it counts from the mention before or behind it, else 0.
    """

    phrase: Phrase
    span: Span
    direction: Direction
    sentence: int
    depth: int
    link: Link = Link.APART
    leans: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A phrase over the lexemes ``start`` to ``end``."""

    phrase: Phrase
    start: int
    end: int
    leans: int = 0


def mentions(paragraph: Paragraph) -> list[Mention]:
    """The time phrases of a paragraph in order."""
    doc = paragraph.doc
    found = lexemes(doc.text, context.impostors(doc))
    matches = list(_with_ellipses(list(_matches(found, doc)), found, doc))
    placed: list[Mention] = []
    for index, match in enumerate(matches):
        link = _link(matches[index - 1], match, found, doc) if index else Link.APART
        mention = _mention(match, found, paragraph, link)
        if mention is not None:
            placed.append(mention)
    return _leaning(placed)


def _matches(found: Sequence[Lexeme], doc: Doc) -> Iterator[_Match]:
    """The phrases the grammar finds, left to right, the longest at each place."""
    charts = GRAMMAR.chart(found)
    at = 0
    while at < len(found):
        edge = _best(charts[at], found)
        if edge is None:
            at += 1
            continue
        if isinstance(edge.value, Phrase):
            hyphened = found[edge.end - 1].joined and found[at].word in _DETERMINERS
            attribute = hyphened and _counts(found[edge.end - 1], doc)
            yield _Match(phrase=edge.value, start=at + 1 if attribute else at, end=edge.end)
        at = edge.end


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


def _mention(match: _Match, found: Sequence[Lexeme], paragraph: Paragraph, link: Link) -> Mention | None:
    start, end = found[match.start].start, found[match.end - 1].end
    tokens = paragraph.doc.char_span(start, end, alignment_mode="expand")
    if tokens is None:
        return None
    root = tokens.root
    direction = context.direction(root, ends_range=link is Link.RANGE)
    return Mention(
        phrase=_settled(match.phrase, direction, root),
        span=Span(start=paragraph.start + start, end=paragraph.start + end),
        direction=direction,
        sentence=paragraph.start + root.sent.start_char,
        depth=context.depth(root),
        link=link,
        leans=match.leans,
    )


def _settled(phrase: Phrase, direction: Direction, root: Token) -> Phrase:
    """The phrase, one that may be a length or a day ahead being a day only where a verb that looks ahead governs it."""
    core = phrase.core
    if not isinstance(core, Due):
        return phrase
    if direction is Direction.FUTURE and context.hangs_on_verb(root):
        return Phrase(kind=TimeKind.DATE, core=core.then, modifier=phrase.modifier)
    return replace(phrase, core=core.length)


def _with_ellipses(matches: Sequence[_Match], found: Sequence[Lexeme], doc: Doc) -> Iterator[_Match]:
    """The matches, and the bare numbers beside them that share their month, year or unit."""
    taken = 0
    for index, match in enumerate(matches):
        if match.start < taken:
            continue
        following = matches[index + 1] if index + 1 < len(matches) else None
        yield from _before(match, found, max(taken, matches[index - 1].end if index else 0))
        series = [match, *_behind(match, found, following.start if following is not None else len(found), doc)]
        if len(series) > 1 and following is not None:
            series = _with_year(series, following, found)
        yield from series
        taken = series[-1].end


def _with_year(series: list[_Match], following: _Match, found: Sequence[Lexeme]) -> list[_Match]:
    """A list of days with the year behind it, if there is one: "5, 2024" in "June 3-5, 2024" gives "June 3" its own."""
    last = series[-1]
    first, part, year = series[0].phrase.core, last.phrase.core, following.phrase.core
    gap = [lexeme.word for lexeme in found[last.end : following.start]]
    if gap not in ([], [","]) or not isinstance(first, Cyclic) or not isinstance(part, Cyclic):
        return series
    if not isinstance(year, Fixed) or year.stretch.grain is not Grain.YEAR or following.end != following.start + 1:
        return series
    whole = Within(part=replace(part, month=first.month), whole=year)
    dated = replace(last, phrase=Phrase(kind=TimeKind.DATE, core=whole), end=following.end, leans=0)
    return [*(replace(match, leans=1) for match in series[:-1]), dated]


def _before(match: _Match, found: Sequence[Lexeme], least: int) -> list[_Match]:
    """The elliptic numbers to the left: the "3" of "3 and 4 June", "the first" of "the first and second quarters"."""
    core = match.phrase.core
    if _has(found[match.start], "ORD") and (cycle_of := _PARTS_OF_YEAR.get(_grain(core) or Grain.DAY)):
        wanted, cycle = "ORD", cycle_of
    elif _has(found[match.start], "DAYNUM") and match.end > match.start + 1 and _has(found[match.start + 1], "MONTH"):
        wanted, cycle = "DAYNUM", Cycle.DAY
    else:
        return []
    at = match.start - 1
    if at <= least or (found[at].word not in LISTING and found[at].word not in FROM_TO):
        return []
    number = _class(found[at - 1], wanted)
    if not isinstance(number, int):
        return []
    start = at - 2 if at - 2 >= least and found[at - 2].word == "the" else at - 1
    return [_Match(phrase=_numbered(cycle, number), start=start, end=at, leans=1)]


def _behind(match: _Match, found: Sequence[Lexeme], most: int, doc: Doc) -> list[_Match]:
    """The elliptic numbers to the right: the "4" of "June 3 and 4", the "88" of "1987-88"."""
    wanted, cycle = _right_ellipsis(match, found)
    elliptic: list[_Match] = []
    at = match.end
    while wanted and at + 1 < most and (found[at].word in LISTING or found[at].word in FROM_TO):
        number_at = at + 1
        if found[at].word == "," and found[number_at].word == "and":
            number_at += 1
        number = _class(found[number_at], wanted) if number_at < most else None
        dated_next = number_at + 1 == most  # a phrase of its own follows, so nothing is counted
        if not isinstance(number, int) or (cycle is Cycle.DAY and not dated_next and _counts(found[number_at], doc)):
            break
        elliptic.append(_Match(phrase=_numbered(cycle, number), start=number_at, end=number_at + 1, leans=-1))
        at = number_at + 1
    listed_by_commas = elliptic and all(found[m.start - 1].word == "," for m in elliptic)
    return [] if listed_by_commas else elliptic


def _right_ellipsis(match: _Match, found: Sequence[Lexeme]) -> tuple[str, Cycle]:
    """The class of number that may follow the phrase and share in it, and what it then counts; "" for none."""
    last = found[match.end - 1]
    core = match.phrase.core
    if _has(last, "DAYNUM") and match.end > match.start + 1 and isinstance(core, Cyclic):
        return "DAYNUM", Cycle.DAY
    if _has(last, "YEARNUM") and isinstance(core, Fixed) and core.stretch.grain is Grain.YEAR:
        return "TWODIGITS", Cycle.YEAR
    return "", Cycle.DAY


def _grain(core: object) -> Grain | None:
    """The grain of a date or of a member of the yearly cycle; None of all else."""
    if isinstance(core, Fixed):
        return core.stretch.grain
    part = core.part if isinstance(core, Within) else core
    return _YEARLY.get(part.cycle) if isinstance(part, Cyclic) and part.side is None else None


def _numbered(cycle: Cycle, number: int) -> Phrase:
    return Phrase(kind=TimeKind.DATE, core=Cyclic(cycle=cycle, number=number))


def _has(lexeme: Lexeme, name: str) -> bool:
    return any(known == name for known, _ in lexeme.classes)


def _class(lexeme: Lexeme, name: str) -> object:
    return next((value for known, value in lexeme.classes if known == name), None)


def _counts(lexeme: Lexeme, doc: Doc) -> bool:
    """Whether the lexeme belongs to a noun behind it, as in "June 3 and 4 people"."""
    part = doc.char_span(lexeme.start, lexeme.end, alignment_mode="expand")
    if part is None:
        return True
    following = doc[part.end] if part.end < len(doc) else None
    return following is not None and (following.pos_ in ("NOUN", "PROPN", "NUM", "ADJ") or following.text in "%$:")


def _link(before: _Match, match: _Match, found: Sequence[Lexeme], doc: Doc) -> Link:
    """How the phrase is joined to the one before."""
    gap = [lexeme.word for lexeme in found[before.end : match.start]]
    opener = found[before.start - 1].word if before.start else ""
    if not gap:
        return Link.RANGE if found[match.start].joined else Link.APART
    if gap[0] in ("ended", "ending") and gap[1:] in ([], ["on"]):
        return Link.ENDED
    if len(gap) > 2 or not all(word in LISTING or word in FROM_TO for word in gap):
        return Link.APART
    if gap[-1] in FROM_TO:
        if len(gap) > 1:
            return Link.APART
        return Link.MOVED if opener == "from" and _postpones(found[before.start - 1], doc) else Link.RANGE
    return Link.RANGE if opener == "between" and gap == ["and"] else Link.LISTED


def _postpones(opener: Lexeme, doc: Doc) -> bool:
    """Whether "from" belongs to a verb of moving: "postponed from Monday to Tuesday" is no range."""
    part = doc.char_span(opener.start, opener.end, alignment_mode="expand")
    return part is not None and part[0].head.lemma_ in _POSTPONING


def _leaning(placed: Sequence[Mention]) -> list[Mention]:
    """Lets a phrase without a year count from a joined neighbour that has one, and the ends of a range from another."""
    found = _with_ends_behind(_with_days_behind(placed))
    for index in range(len(found) - 1, 0, -1):
        before, mention = found[index - 1], found[index]
        left, right = before.phrase.core, mention.phrase.core
        if mention.link in (Link.APART, Link.ENDED) or before.leans or mention.leans:
            continue
        if _yearless(left) and _like(right, left):
            found[index - 1] = replace(before, leans=1)
        elif mention.link is not Link.LISTED and _yearless(right) and _like(left, right):
            found[index] = replace(mention, leans=-1)
        elif mention.link is not Link.LISTED and _alike(left, right):
            if mention.direction is Direction.FUTURE or mention.link is Link.MOVED:
                found[index] = replace(mention, leans=-1)
            else:
                found[index - 1] = replace(before, leans=1)
    return found


def _with_days_behind(placed: Sequence[Mention]) -> list[Mention]:
    """Lets a bare time of day count from a day named later in its sentence if none comes before: "at 9 on Sunday"."""
    found = list(placed)
    for index in range(len(found) - 2, -1, -1):
        mention, following = found[index], found[index + 1]
        opens = index == 0 or found[index - 1].sentence != mention.sentence or _is_bare_time(found[index - 1])
        if _is_bare_time(mention) and opens and following.sentence == mention.sentence:
            leads_on = _is_bare_time(following) and following.leans == 1
            if leads_on or (following.leans == 0 and is_day(following.phrase.core)):
                found[index] = replace(mention, leans=1)
    return found


def _with_ends_behind(placed: Sequence[Mention]) -> list[Mention]:
    """Lets "the week ended Nov. 8" be that of the day; the quarter and year of a report are the company's own."""
    found = list(placed)
    for index, (mention, following) in enumerate(pairwise(placed)):
        core = mention.phrase.core
        names_week = isinstance(core, Relative) and core.unit is Unit.WEEK and core.steps == 0
        if following.link is Link.ENDED and names_week and is_day(following.phrase.core):
            that_week = Relative(unit=Unit.WEEK, steps=0, base=Base.REFERENCE)
            found[index] = replace(mention, phrase=replace(mention.phrase, core=that_week), leans=1)
    return found


def _is_bare_time(mention: Mention) -> bool:
    return isinstance(mention.phrase.core, Clocked) and mention.phrase.core.day is None


def _yearless(core: object) -> bool:
    return isinstance(core, Cyclic) and core.side is None and core.cycle in _YEARLY


def _alike(left: object, right: object) -> bool:
    """Whether both are turns of one cycle, neither of them "last" or "next"."""
    if not isinstance(left, Cyclic) or not isinstance(right, Cyclic):
        return False
    return left.cycle is right.cycle and left.side is None and right.side is None


def _like(dated: object, yearless: object) -> bool:
    """Whether ``dated`` is a whole date of the same grain as ``yearless``."""
    return (
        isinstance(dated, Fixed) and isinstance(yearless, Cyclic) and dated.stretch.grain is _YEARLY.get(yearless.cycle)
    )
