"""Every quantity that the declared trackers ask for, with whose, where, doing what, who says so and as of when."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.digest.attribution import speaker_at
from bot.digest.candidates import candidates
from bot.digest.circumstances import hedges, includes
from bot.digest.completing import completed
from bot.digest.counting import Line, Placed, Tokens, is_plural
from bot.digest.declaring import declared
from bot.digest.model import (
    Attribution,
    Body,
    Comparator,
    Figure,
    Grain,
    Mention,
    Span,
    Speaker,
    TimeExpression,
    TimeKind,
    Tracker,
)
from bot.digest.numbers import Numeral, NumeralKind, numerals
from bot.digest.owners import holder_before, side_before, whose, whose_key
from bot.digest.parties import Casting
from bot.digest.place_phrases import place_key
from bot.digest.places import place
from bot.digest.predicates import Status, reality
from bot.digest.sharing import Candidate
from bot.digest.telling import teller

if TYPE_CHECKING:
    from bot.digest.language import Paragraph, Parsed


_INSIDE_NOUNS = frozenset({"compound", "nmod", "amod", "poss", "nummod"})
_COMMITS = re.compile(
    r"\b(?:promis|pledg|vow|threaten|offer|agree|intend|plan|want|hop(?:e|ing)|aim|wish)", re.IGNORECASE
)
_NOT_SINCE = frozenset({"since", "from", "until", "after", "before"})  #: words that make a day no day of the statement


def figures(  # noqa: PLR0917  (one argument for each reader that goes before)
    parsed: Parsed,
    trackers: Sequence[Tracker],
    bodies: Sequence[Body],
    mentions: Sequence[Mention],
    attributions: Sequence[Attribution],
    times: Sequence[TimeExpression],
) -> tuple[Figure, ...]:
    """The article's figures under ``trackers``, in the order of the text; each number counts under one tracker at most.

    A tracker that needs a status goes before one that does not: "300 soldiers were killed" is no strength.
    """
    lists = sorted((declared(tracker) for tracker in trackers), key=lambda item: not item.tracker.needs_status)
    clock = _Times(times)
    found: list[Candidate] = []
    for line, numbers in _lines(parsed, clock):
        found += candidates(line, numbers, lists, found)
    sources = _Sources(attributions, Casting(bodies, mentions), parsed.article.text)
    order = {id(item): index for index, item in enumerate(found)}
    result = [
        replace(_figure(item, sources, clock), part_of=None if item.whole is None else order[id(item.whole)])
        for item in found
    ]
    return tuple(_joined(completed(result, parsed, bodies, mentions)))


class _Sources:
    """Who says what in the article."""

    def __init__(self, attributions: Sequence[Attribution], casting: Casting, text: str) -> None:
        self._attributions = attributions
        self._casting = casting
        self._text = text

    def of(self, item: Candidate, number: Span) -> Speaker | None:
        """The speaker of the words that hold ``number``, else whoever its own clause says to tell it.

        Who only promises or plans a strength tells no number.
        """
        said = speaker_at(self._attributions, number)
        if said is not None and not item.declared.tracker.needs_status and self._commits(said):
            said = speaker_at([one for one in self._attributions if not self._commits(one)], number)
        return said.speaker if said is not None else teller(item, self._casting, self._text)

    def _commits(self, said: Attribution) -> bool:
        """Whether somebody promises or plans to do something, rather than that it will be so."""
        cue = said.speaker.cue
        return (
            not said.direct
            and _COMMITS.search(cue.of(self._text)) is not None
            and not self._text.startswith(" that ", cue.end)
        )


class _Times:
    """The article's time expressions, searchable by place."""

    def __init__(self, times: Sequence[TimeExpression]) -> None:
        self._times = sorted(times, key=lambda time: time.span)
        self._starts = [time.span.start for time in self._times]

    def covers(self, span: Span) -> bool:
        """Whether the span lies in a time expression."""
        at = bisect_right(self._starts, span.start)
        return any(time.span.meets(span) for time in self._times[max(0, at - 2) : at + 1])

    def within(self, span: Span) -> list[TimeExpression]:
        """The time expressions that begin inside ``span``."""
        at = bisect_right(self._starts, span.start - 1)
        found = []
        while at < len(self._times) and self._starts[at] < span.end:
            found.append(self._times[at])
            at += 1
        return found


def _lines(parsed: Parsed, clock: _Times) -> Iterator[tuple[Line, list[Placed]]]:
    """Every sentence that has numerals, with these; numbers inside time expressions are left out."""
    by_paragraph: dict[int, list[int]] = {}
    for index, sentence in enumerate(parsed.sentences):
        by_paragraph.setdefault(sentence.paragraph, []).append(index)
    for number, indexes in by_paragraph.items():
        paragraph = parsed.paragraphs[number]
        starts = [token.idx for token in paragraph.doc]
        found = [
            numeral
            for numeral in numerals(paragraph.doc.text)
            if numeral.kind is not NumeralKind.CARDINAL
            or not clock.covers(Span(start=paragraph.start + numeral.start, end=paragraph.start + numeral.end))
        ]
        at = 0
        for index in indexes:
            span = parsed.sentences[index].span
            opens, closes = span.start - paragraph.start, span.end - paragraph.start
            line = Line(index, paragraph, bisect_right(starts, opens) - 1, bisect_right(starts, closes - 1))
            mine = []
            while at < len(found) and found[at].start < closes:
                if found[at].start >= opens:
                    mine.append(_placed(found[at], starts, line.first))
                at += 1
            if mine:
                yield line, mine


def _placed(numeral: Numeral, starts: Sequence[int], first: int) -> Placed:
    """A numeral of a paragraph with its tokens; ``starts`` are the tokens' offsets, ``first`` the sentence's token."""
    return Placed(
        numeral=numeral,
        before=max(first, bisect_right(starts, numeral.surface_start) - 1),
        first=bisect_right(starts, numeral.start) - 1,
        last=bisect_right(starts, numeral.end - 1),
    )


def _span(paragraph: Paragraph, tokens: Tokens | None) -> Span | None:
    return None if tokens is None else paragraph.span(tokens.doc[tokens.first : tokens.last])


def _figure(item: Candidate, sources: _Sources, clock: _Times) -> Figure:
    """The figure with everything that its sentence says around the number."""
    paragraph, part = item.line.paragraph, item.counted
    numeral = part.numeral
    strength = not item.declared.tracker.needs_status
    status = item.status
    if status is not None and status.token.doc is not part.doc:
        status = Status(token=part.node, name=status.name, other=status.other)  # lent by the paragraph before
    owner = whose(part, status, item.line.first, agents=strength)
    if owner is None and item.unit is not None and item.unit.i < part.before:
        owner = holder_before(item.unit)
    if owner is None and strength:
        owner = _earlier_side(item)
    where = place(part, status, item.line.first, item.line.last)
    owner_span, where_span = _span(paragraph, owner), _span(paragraph, where)
    included = includes(part, item.line.last)
    start = paragraph.start
    number = Span(start=start + numeral.start, end=start + numeral.end)
    speaker = sources.of(item, number)
    return Figure(
        sentence=item.sentence,
        tracker=item.declared.tracker.name,
        number=number,
        surface=Span(start=start + numeral.surface_start, end=start + numeral.surface_end),
        low=numeral.low,
        high=numeral.high,
        comparator=numeral.comparator,
        unit_noun=item.unit_noun,
        unit=paragraph.span(item.unit) if item.unit is not None else None,
        whose=owner_span,
        whose_key=whose_key(owner.text) if owner is not None else None,
        place=where_span,
        place_key=place_key(where.text) if where is not None else None,
        status=paragraph.span(status.token) if status is not None and status == item.status else None,
        status_name=_status_name(item),
        measure=_status_name(item) if item.declared.tracker.statuses else None,
        reality=reality(status, part),
        delta=item.delta or numeral.delta,
        hedges=tuple(
            span
            for span in (_span(paragraph, hedge) for hedge in hedges(part, status, item.line.first, item.line.last))
            if span is not None
        ),
        includes=_span(paragraph, included),
        speaker=speaker,
        as_of=_as_of(item, speaker, clock),
        currency=numeral.currency,
    )


def _status_name(item: Candidate) -> str | None:
    """The status' name in the tracker, else its word; of two at once ("killed or wounded") the tracker's own name.

    Who merely are somewhere are "present".
    """
    if item.status is None:
        return None
    if item.status.other is not None:
        both = item.declared.tracker.name
        return both if both in dict(item.declared.tracker.statuses) else f"{item.status.name} or {item.status.other}"
    if item.status.name is None and item.status.token.lemma_ == "be":
        return "present"
    return item.status.name or item.status.token.lower_


def _earlier_side(item: Candidate) -> Tokens | None:
    """The side of units that the sentence named before the number: "*Malian* soldiers were sent, with 300 troops …"."""
    doc = item.counted.doc
    for at in range(item.counted.before - 1, item.line.first, -1):
        token = doc[at]
        counted_itself = any(child.dep_ == "nummod" for child in token.children)
        if token.pos_ == "NOUN" and is_plural(token) and not counted_itself and item.declared.is_unit(token, ()):
            return side_before(token)
    return None


def _as_of(item: Candidate, speaker: Speaker | None, clock: _Times) -> TimeExpression | None:
    """The day for which the number is stated: that of its verb, else that of the words that report it."""
    paragraph, doc = item.line.paragraph, item.counted.doc
    span = paragraph.span(doc[item.line.first : item.line.last])
    days = [
        time
        for time in clock.within(span)
        if time.kind is TimeKind.DATE and time.when is not None and time.when.grain is Grain.DAY
    ]
    if not days:
        return None
    own = item.status is not None and item.status.token.doc is doc
    token = item.status.token if item.status is not None and own else item.counted.node
    verbs = [token, *(up for up in token.ancestors if up.pos_ in {"VERB", "AUX"})]
    ranks = {verb.i: rank for rank, verb in enumerate(verbs)}
    best: tuple[int, TimeExpression] | None = None
    for time in days:
        words = paragraph.tokens(time.span)
        if (words.end < len(doc) and doc[words.end - 1].nbor().tag_ == "POS") or any(
            word.tag_ == "POS" for word in words
        ):
            continue
        if words.root.dep_ in _INSIDE_NOUNS or not _NOT_SINCE.isdisjoint(
            token.lower_ for token in words.doc[max(0, words.start - 2) : words.start]
        ):
            continue
        governor = next((up for up in words.root.ancestors if up.pos_ in {"VERB", "AUX"} or up.i == token.i), None)
        rank = ranks.get(governor.i) if governor is not None else None
        if rank is not None and (best is None or rank < best[0]):
            best = rank, time
    return best[1] if best is not None else None


def _joined(found: Iterable[Figure]) -> Iterator[Figure]:
    """The figures with each repeated mention pointing to the first."""
    first: dict[tuple[object, ...], int] = {}
    figures = list(found)
    for index, figure in enumerate(figures):
        key = (figure.tracker, figure.low, figure.high, figure.measure)
        vague = figure.comparator is Comparator.VAGUE
        if not vague and key in first and _compatible(figures[first[key]], figure):
            yield replace(figure, same_as=first[key])
        else:
            if not vague:
                first.setdefault(key, index)
            yield figure


def _compatible(one: Figure, other: Figure) -> bool:
    return (
        (one.whose_key is None or other.whose_key is None or one.whose_key == other.whose_key)
        and (one.place_key is None or other.place_key is None or one.place_key == other.place_key)
        and one.delta == other.delta
        and one.reality is other.reality
        and (one.speaker is None or other.speaker is None or one.speaker.parties == other.speaker.parties)
    )
