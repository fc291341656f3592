"""Every quantity that the declared trackers ask for, with whose, where, doing what, who says so and as of when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.digest import circumstances
from bot.digest.attribution import speaker_at
from bot.digest.circumstances import Tokens
from bot.digest.counting import Counted, Declared, counted, declared, forms, is_plural, noun_phrase, singular
from bot.digest.completing import completed
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
from bot.digest.predicates import Status, any_status, declared_status, reality

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.digest.language import Paragraph, Parsed

_LEAST_OF_FORCES = 10  #: "two forces" are two armies, "40 forces" are men
_STRONG = frozenset({"strong", "member", "man", "person", "soldier", "troop", "men"})
_LINKS = frozenset({"to", "at", "of", "is", "was", "are", "were", "reached", "hit", ":", "reaching", "hitting", "from", "by", "be", "been", "reaches", "than", "became", "stands"})
_NUMBERING = frozenset({"number", "numbers", "numbering", "numbered", "totalling", "totaling"})
_COUNTS = frozenset({"number", "total", "count", "tally", "figure", "toll", "numbers", "totals"})
_TOTAL_REACH = 14  #: tokens between a total and its number: "the death toll from the quake in X rose on Tuesday to 120"
_BARE_BEFORE = frozenset({"and", ",", ";", ":", "with", "including", "or", "while", "but", "another", "–", "—", "only", "plus"})
_SOLDIERLY = frozenset({"man", "personnel"})  #: of the members, nouns that may refer to a figure of the sentence before
_SPEECH = frozenset("say tell claim recall describe explain testify remember add state report admit".split())
_EVERYONE = "people"  #: the unit of a number of people that the text counts without a noun


def figures(
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
    found: list[_Found] = []
    clock = _Times(times)
    for index, sentence, numbers in _sentences(parsed, clock):
        found += _read_sentence(index, sentence, numbers, lists, found)
    result = [_figure(item, attributions, clock) for item in found]
    return tuple(_joined(completed(result, parsed, bodies, mentions)))


@dataclass(slots=True)
class _Found:
    """A number accepted under a tracker, before its circumstances are read."""

    sentence: int
    paragraph: Paragraph
    first: int
    last: int
    counted: Counted
    declared: Declared
    status: Status | None
    unit: Token | None
    unit_noun: str
    part_of: int | None = None
    delta: bool = False
    whose_from: int | None = None
    shared: Tokens | None = None


@dataclass(frozen=True, slots=True)
class _Sentence:
    paragraph: Paragraph
    first: int
    last: int

    @property
    def doc(self) -> Doc:
        return self.paragraph.doc


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


def _sentences(parsed: Parsed, clock: _Times) -> Iterator[tuple[int, _Sentence, list[tuple[Numeral, int, int, int]]]]:
    """Every sentence with its numerals: the numeral, and its tokens (surface start, number start, number end)."""
    by_paragraph: dict[int, list[int]] = {}
    for index, sentence in enumerate(parsed.sentences):
        by_paragraph.setdefault(sentence.paragraph, []).append(index)
    for number, paragraph in enumerate(parsed.paragraphs):
        doc = paragraph.doc
        starts = [token.idx for token in doc]
        found = list(numerals(doc.text))
        at = 0
        for index in by_paragraph.get(number, ()):
            span = parsed.sentences[index].span
            first = bisect_right(starts, span.start - paragraph.start) - 1
            last = bisect_right(starts, span.end - paragraph.start - 1)
            mine = []
            while at < len(found) and found[at].start < span.end - paragraph.start:
                numeral = found[at]
                at += 1
                if numeral.start < span.start - paragraph.start:
                    continue
                place = Span(start=paragraph.start + numeral.start, end=paragraph.start + numeral.end)
                if numeral.kind is NumeralKind.CARDINAL and clock.covers(place):
                    continue
                mine.append(
                    (
                        numeral,
                        max(first, bisect_right(starts, numeral.surface_start) - 1),
                        bisect_right(starts, numeral.start) - 1,
                        bisect_right(starts, numeral.end - 1),
                    )
                )
            if mine:
                yield index, _Sentence(paragraph, first, last), mine


def _read_sentence(
    index: int,
    sentence: _Sentence,
    numbers: Sequence[tuple[Numeral, int, int, int]],
    lists: Sequence[Declared],
    earlier: Sequence[_Found],
) -> list[_Found]:
    """The figures of one sentence."""
    doc = sentence.doc
    accepted: list[_Found] = []
    pending: list[Counted] = []
    other: Counted | None = None
    context = earlier[-12:]
    offset = len(earlier) - len(context)
    for position, (numeral, before, first, last) in enumerate(numbers):
        limit = numbers[position + 1][1] if position + 1 < len(numbers) else sentence.last
        item = counted(doc, numeral, before, first, last, max(limit, last))
        if _is_no_count(item, sentence):
            continue
        found = _accept(item, index, sentence, lists, [*context, *accepted], offset, other)
        if found is not None:
            accepted.append(found)
            other = None
        elif item.head is not None and is_plural(item.head) and not item.partitive:
            other = item
        elif _may_share(item, sentence):
            pending.append(item)
    accepted += _sharing(pending, accepted, earlier, index, sentence)
    accepted.sort(key=lambda item: item.counted.first)
    _relate(accepted, earlier)
    return accepted


def _is_no_count(item: Counted, sentence: _Sentence) -> bool:
    """Whether the number is a share, an amount of money, a year or part of a name."""
    numeral = item.numeral
    if numeral.percent or (numeral.suffix is not None and numeral.suffix not in _STRONG):
        return True
    if numeral.kind is NumeralKind.QUANTIFIER and item.doc[item.first].lower_ in {"some", "many", "few"} and not item.partitive:
        return True
    return _is_year(item, sentence)


def _is_year(item: Counted, sentence: _Sentence) -> bool:
    """Whether a bare four-digit number is the year of "in 2008" rather than a count."""
    text = item.doc[item.first : item.last].text
    if not (len(text) == 4 and text.isdigit() and text[:2] in {"18", "19", "20"}):
        return False
    previous = item.doc[item.before - 1].lower_ if item.before > sentence.first else ""
    return item.before == item.first and (
        item.head is None or previous in {"in", "since", "by", "of", "until", "from", "during", "the", "before", "after"}
    )


def _accept(
    item: Counted,
    index: int,
    sentence: _Sentence,
    lists: Sequence[Declared],
    context: Sequence[_Found],
    offset: int,
    other: Counted | None,
) -> _Found | None:
    """The number under the first tracker that takes it; ``other`` is a number before it that no tracker took."""
    for declared_list in lists:
        if declared_list.tracker.money != (item.numeral.currency is not None):
            continue
        found = _under(item, index, sentence, declared_list, context, offset, other)
        if found is not None:
            return found
    return None


def _under(
    item: Counted,
    index: int,
    sentence: _Sentence,
    lists: Declared,
    context: Sequence[_Found],
    offset: int,
    other: Counted | None,
) -> _Found | None:
    """The number under one tracker, or None."""
    tracker = lists.tracker
    base = {"sentence": index, "paragraph": sentence.paragraph, "first": sentence.first, "last": sentence.last}
    if tracker.money:
        return _money(item, sentence, lists, base)
    total = _total(item, sentence, lists)
    if total is not None:
        unit, status, delta = total
        return _Found(**base, counted=item, declared=lists, status=status, unit=unit, unit_noun=_printed(unit, lists), delta=delta)  # type: ignore[arg-type]
    if item.numeral.suffix is not None:
        return None
    whole = _whole(item, index, lists, context, offset) if other is None or not item.pronoun else None
    status = declared_status(lists, item, sentence.first, sentence.last) if lists.statuses else None
    if item.partitive and item.pronoun:
        if other is not None:
            return _of_uncounted(item, lists, status, other, base)
        if whole is None:
            return None
        parent = context[whole - offset]
        if tracker.needs_status and status is None:
            if parent.declared is not lists:
                return None
            status = parent.status
        unit = _said_to_be(item, lists)
        return _Found(  # type: ignore[arg-type]
            **base, counted=item, declared=lists, status=status or any_status(item), unit=unit, unit_noun=unit.lower_ if unit is not None else parent.unit_noun, part_of=whole
        )
    if tracker.needs_status and status is None:
        status = _inherited(item, index, lists, context)
    if item.head is None:
        return _continued_part(item, lists, context, base, index) or _bare(item, lists, status, context, base, index)
    near = any(found.declared is lists and index - found.sentence <= 1 for found in context[-2:])
    member = _member(item, sentence, lists, near=near)
    if member is not None:
        return _Found(**base, counted=item, declared=lists, status=any_status(item), unit=member, unit_noun=member.lower_, delta=item.numeral.delta)  # type: ignore[arg-type]
    item = _coordinated(item, lists)
    assert item.head is not None
    if not (lists.is_unit(item.head, item.modifiers) or (tracker.needs_status and lists.status(item.head) is not None and not lists._excludes(forms(item.head), item.modifiers))):
        return None
    if tracker.needs_status:
        if status is None or (_is_loose(item) and item.last <= status.token.i < item.end):
            return None
    elif not _is_strength(item, lists):
        return None
    unit = (_said_to_be(item, lists) if item.partitive else None) or item.head
    return _Found(  # type: ignore[arg-type]
        **base,
        counted=item,
        declared=lists,
        status=status or any_status(item),
        unit=unit,
        unit_noun=_printed(unit, lists),
        part_of=whole if item.partitive else None,
        delta=item.numeral.delta,
    )


def _is_loose(item: Counted) -> bool:
    """Whether the quantity is "many", "some" or "few", which with its status says nothing: "many of the injured"."""
    return item.numeral.kind is NumeralKind.QUANTIFIER and item.doc[item.last - 1].lower_ in {"many", "some", "few"}


def _of_uncounted(
    item: Counted, lists: Declared, status: Status | None, other: Counted, base: dict[str, object]
) -> _Found | None:
    """A part of people that are no figure themselves: "950 people were aboard, *80* of them were injured"."""
    if not lists.tracker.needs_status or status is None or other.head is None or not lists.is_unit(other.head, other.modifiers):
        return None
    return _Found(**base, counted=item, declared=lists, status=status, unit=other.head, unit_noun=_printed(other.head, lists))  # type: ignore[arg-type]


def _said_to_be(item: Counted, lists: Declared) -> Token | None:
    """The unit that a part of a whole is said to be: "eleven of the dead were *children*", "some of them *teenagers*"."""
    doc = item.doc
    at = item.end
    if at < len(doc) and doc[at].lemma_ == "be":
        at += 1
    head, _, between = noun_phrase(doc, at, min(len(doc), at + 4))
    if head is None or not lists.is_unit(head, between) or any(token.pos_ == "VERB" for token in between):
        return None
    return head


def _inherited(item: Counted, index: int, lists: Declared, context: Sequence[_Found]) -> Status | None:
    """The status of the number that this one is coordinated with: "killed 12 soldiers and *three* civilians"."""
    if not context or context[-1].sentence != index or context[-1].declared is not lists:
        return None
    previous = context[-1]
    if previous.status is None or previous.status.token == previous.counted.head:
        return None
    if item.head is None and item.end < len(item.doc) and item.doc[item.end].pos_ in {"VERB", "ADJ"}:
        return None
    between = [token.lower_ for token in item.doc[previous.counted.end : item.before]]
    if between and len(between) <= 3 and {"and", ",", "or", "as", "well", "plus"}.issuperset(between):
        return previous.status
    if between[-1:] == ["and"] and item.head is None and item.end < len(item.doc) and item.doc[item.end].pos_ == "ADP":
        return previous.status
    return None


def _member(item: Counted, sentence: _Sentence, lists: Declared, *, near: bool) -> Token | None:
    """A noun that counts only beside a total or another unit: "the army has 94,000 *men*".

    ``near``: the sentence or the one before has a figure of the tracker, which lets "men" stand by itself.
    """
    head = item.head
    if (item.numeral.high or item.numeral.low or 0) < _LEAST_OF_FORCES:
        return None
    if head is None or forms(head).isdisjoint(lists.members) or lists.is_unit(head, item.modifiers) or item.partitive:
        return None
    doc = sentence.doc
    if any(not lists.excluded.isdisjoint(forms(token)) for token in item.modifiers):
        return None
    nearby = list(doc[max(sentence.first, item.before - 10) : item.before])
    if item.end < sentence.last and doc[item.end].lower_ == "of":
        nearby += doc[item.end : min(sentence.last, item.end + 6)]
    for token in nearby:
        if token.pos_ not in {"NOUN", "PROPN"}:
            continue
        before = tuple(doc[max(sentence.first, token.i - 2) : token.i])
        if lists.is_total(token, before) or lists.is_unit(token, before):
            return head
    return head if near and not forms(head).isdisjoint(_SOLDIERLY) else None


def _coordinated(item: Counted, lists: Declared) -> Counted:
    """The number with the second of two coordinated nouns as its head where only that is a unit: "700 police and troops"."""
    doc, head = item.doc, item.head
    assert head is not None
    if lists.is_unit(head, item.modifiers) or item.end + 1 >= len(doc) or doc[item.end].lower_ not in {"and", "or"}:
        return item
    second, end, between = noun_phrase(doc, item.end + 1, min(len(doc), item.end + 4))
    if second is None or between or not lists.is_unit(second, ()) or not is_plural(head):
        return item
    return replace(item, head=second, end=end)


def _is_strength(item: Counted, lists: Declared) -> bool:
    """Whether a number of units without a declared status says how many there are: not "one soldier", "two forces"."""
    assert item.head is not None
    numeral = item.numeral
    if item.partitive and numeral.low is not None and numeral.low <= 1:
        return False
    if numeral.low == numeral.high == 1:
        return False
    if not forms(item.head).isdisjoint(lists.totals):
        return is_plural(item.head) and (numeral.high or numeral.low or _LEAST_OF_FORCES) >= _LEAST_OF_FORCES
    governor = item.node.head
    return not (item.node.dep_ == "nsubj" and governor.lemma_.lower() in _SPEECH and (numeral.high or 99) < _LEAST_OF_FORCES)


def _printed(unit: Token, lists: Declared) -> str:
    """The counted noun as printed, in lower case unless it is a name; "people" for a toll and for "others"."""
    total = not forms(unit).isdisjoint(lists.totals)
    countable = is_plural(unit) and not forms(unit).isdisjoint(lists.units)
    if lists.tracker.needs_status and (unit.pos_ not in {"NOUN", "PROPN"} or (total and not countable)):
        return _EVERYONE
    if unit.lower_ in {"others", "other"}:
        return _EVERYONE
    return unit.text if unit.text[0].isupper() and unit.pos_ == "PROPN" else unit.lower_


def _total(item: Counted, sentence: _Sentence, lists: Declared) -> tuple[Token, Status | None, bool] | None:
    """The total that holds the number ("a force of 3,000"), the status it states, and whether the number is a change."""
    doc = item.doc
    if item.numeral.suffix is not None:
        head = item.head
        if head is None or not (lists.is_total(head, item.modifiers) or lists.is_unit(head, item.modifiers)):
            return None
        return head, any_status(item), False
    if item.head is not None and not lists.is_unit(item.head, item.modifiers) and lists.status(item.head) is None:
        return None
    if item.partitive or item.numeral.kind is not NumeralKind.CARDINAL:
        return None
    at = item.before - 1
    if at < sentence.first:
        return None
    link = doc[at].lower_
    over = item.numeral.comparator in {Comparator.MORE_THAN, Comparator.NEARLY, Comparator.AT_LEAST} and doc[item.before].lemma_.lower() in {"exceed", "top", "surpass", "pass", "near", "approach"}
    if link in _NUMBERING and item.head is None:
        numbered = next((token for token in reversed(doc[max(sentence.first, at - 8) : at]) if token.pos_ == "NOUN" and is_plural(token) and lists.is_unit(token, ())), None)
        return None if numbered is None or lists.tracker.needs_status else (numbered, None, False)
    if link not in _LINKS and not over:
        return None
    if link == "of" and _is_age(doc, at, lists):
        return None
    reach = 2 if link == "of" else _TOTAL_REACH
    for back in range(at - (link != "of" and not over), max(sentence.first, at - reach - 4) - 1, -1):
        token = doc[back]
        if token.text in {";", ":"} and back < at:
            return None
        if token.pos_ not in {"NOUN", "PROPN", "ADJ"} and token.lower_ != "dead":
            continue
        modifiers = tuple(doc[max(sentence.first, back - 3) : back])
        unit = _totalled(doc, back, item, lists)
        if unit is None:
            if link == "of" and at - back > 2:
                return None
            continue
        if item.head is not None and lists.is_unit(item.head, item.modifiers):
            unit = item.head
        status = _total_status(doc, back, unit, modifiers, lists, item, sentence)
        if lists.tracker.needs_status and status is None:
            return None
        return unit, status, link == "by" or item.numeral.delta
    return None


def _is_age(doc: Doc, at: int, lists: Declared) -> bool:
    """Whether a number after the "of" at ``at`` is somebody's age: "a man of 24"."""
    noun = doc[at - 1] if at else None
    return noun is not None and noun.pos_ == "NOUN" and not is_plural(noun) and forms(noun).isdisjoint(lists.totals)


def _totalled(doc: Doc, back: int, item: Counted, lists: Declared) -> Token | None:
    """What the total at ``back`` counts, else None: "the number of *dead*", "the *toll*", "a *force*"."""
    token = doc[back]
    modifiers = tuple(word for word in doc[max(0, back - 3) : back] if word.pos_ in {"NOUN", "ADJ", "PROPN"})
    if token.lower_ in _COUNTS and back + 1 < len(doc) and doc[back + 1].lower_ == "of":
        start = back + 2
        while start < item.before and doc[start].pos_ in {"DET", "PRON"}:
            start += 1
        head, _, between = noun_phrase(doc, start, item.before)
        if head is None:
            head = next((word for word in doc[start : min(start + 3, item.before)] if lists.status(word) is not None), None)
        if head is not None and (lists.is_unit(head, between) or lists.status(head) is not None):
            return head
        return None
    if token.pos_ in {"NOUN", "PROPN"} and lists.is_total(token, modifiers) and not _is_counted(doc, back):
        return token
    return None


def _is_counted(doc: Doc, at: int) -> bool:
    """Whether a noun has a number of its own: "three armies"."""
    return any(child.dep_ == "nummod" for child in doc[at].children)


def _total_status(
    doc: Doc, back: int, unit: Token, modifiers: Sequence[Token], lists: Declared, item: Counted, sentence: _Sentence
) -> Status | None:
    """The status that a total states: its own words first, then what is said of the number."""
    for token in (unit, doc[back], *reversed(modifiers)):
        name = lists.status(token)
        if name is not None:
            return Status(token=token, name=name)
    for token in doc[back : item.before]:
        name = lists.status(token)
        if name is not None:
            return Status(token=token, name=name)
    if lists.tracker.needs_status:
        return declared_status(lists, item, sentence.first, sentence.last)
    return any_status(item)


def _whole(item: Counted, index: int, lists: Declared, context: Sequence[_Found], offset: int) -> int | None:
    """The earlier figure of which a partitive number is a part, as an index into the article's figures."""
    if not item.partitive:
        return None
    for back in range(len(context) - 1, -1, -1):
        candidate = context[back]
        if index - candidate.sentence > 1 and item.pronoun:
            return None
        if candidate.declared is not lists and not (item.pronoun and candidate.sentence == index):
            continue
        if candidate.part_of is not None and candidate.sentence != index:
            continue
        if item.pronoun or (item.head is not None and _same_unit(item.head, candidate, lists)):
            return offset + back
        if not lists.tracker.needs_status and index - candidate.sentence <= 2 and candidate.part_of is None:
            return offset + back
    return None


def _same_unit(head: Token, candidate: _Found, lists: Declared) -> bool:
    """Whether "of the soldiers", "of the dead" may mean the figure's units."""
    status = lists.status(head)
    if status is not None:
        return candidate.status is not None and candidate.status.name == status
    return singular(candidate.unit_noun.lower()) in forms(head)


def _bare(
    item: Counted,
    lists: Declared,
    status: Status | None,
    context: Sequence[_Found],
    base: dict[str, object],
    index: int,
) -> _Found | None:
    """A number without a noun: "killed 12", "30 injured"; the unit is the sentence's last one, else "people"."""
    if not lists.tracker.needs_status or status is None or item.numeral.kind is not NumeralKind.CARDINAL:
        return None
    if item.before and item.doc[item.before - 1].lower_ == "of" and _is_age(item.doc, item.before - 1, lists) and lists.status(item.doc[item.before - 2]) is None:
        return None
    near = abs(status.token.i - item.last) if status.token.i >= item.last else item.before - status.token.i
    if near > 8:
        return None
    if not _stands_alone(item):
        return None
    unit_noun = next(
        (found.unit_noun for found in reversed(context) if found.sentence == index and found.declared.tracker.needs_status),
        _EVERYONE,
    )
    if unit_noun in {"deaths", "injuries", "fatalities", "casualties"}:
        unit_noun = _EVERYONE
    return _Found(**base, counted=item, declared=lists, status=status, unit=None, unit_noun=unit_noun, delta=item.numeral.delta)  # type: ignore[arg-type]


def _continued_part(
    item: Counted, lists: Declared, context: Sequence[_Found], base: dict[str, object], index: int
) -> _Found | None:
    """A further part in a list of parts: "25 of those killed were children and *20* were women"."""
    previous = context[-1] if context else None
    if previous is None or previous.sentence != index or previous.declared is not lists or not previous.counted.partitive:
        return None
    unit = _said_to_be(item, lists) if item.end < len(item.doc) and item.doc[item.end].lemma_ == "be" else None
    if unit is None:
        return None
    return _Found(**base, counted=item, declared=lists, status=previous.status, unit=unit, unit_noun=_printed(unit, lists), part_of=previous.part_of)  # type: ignore[arg-type]


def _stands_alone(item: Counted) -> bool:
    """Whether no other noun follows the number: "killed 12 in Kabul", not "killed 12 rare birds"."""
    if item.end >= len(item.doc):
        return True
    following = item.doc[item.end]
    return not (following.pos_ in {"NOUN", "SYM"} or following.text in {"%", "-", "/"}) or following.lower_ in {"dead", "missing", "people"}


def _may_share(item: Counted, sentence: _Sentence) -> bool:
    """Whether a number without a noun may have its unit in a neighbouring phrase: "France 1,000; Greece 700 troops"."""
    if item.head is not None or item.partitive or item.numeral.kind is not NumeralKind.CARDINAL:
        return False
    if item.numeral.currency is not None or item.numeral.suffix is not None:
        return False
    if not _stands_alone(item) or item.before <= sentence.first:
        return item.before <= sentence.first and _stands_alone(item)
    previous = item.doc[item.before - 1]
    if item.numeral.delta:
        return True
    return previous.lower_ in _BARE_BEFORE or previous.pos_ in {"PROPN", "VERB"} or previous.lemma_ == "have" or previous.lower_ in {"to", "from"}


def _sharing(
    pending: Sequence[Counted], accepted: Sequence[_Found], earlier: Sequence[_Found], index: int, sentence: _Sentence
) -> list[_Found]:
    """The bare numbers of a sentence that share the unit of a strength beside them."""
    found = []
    models = [item for item in accepted if not item.declared.tracker.money]
    before = next((item for item in reversed(earlier[-3:]) if index - item.sentence == 1), None)
    for item in pending:
        if not models and item.numeral.delta and before is not None and not before.declared.tracker.needs_status:
            models = [before]
        if not models:
            continue
        model = before if before is not None and models == [before] else min(models, key=lambda other: abs(other.counted.first - item.first))
        strength = not model.declared.tracker.needs_status
        if strength and (item.numeral.high or item.numeral.low or 0) < 2:
            continue
        if not strength and not _listed(item, model, sentence):
            continue
        if not _alike(item, model, strength=strength):
            continue
        found.append(
            _Found(
                sentence=index,
                paragraph=sentence.paragraph,
                first=sentence.first,
                last=sentence.last,
                counted=item,
                declared=model.declared,
                status=(any_status(item) if strength else None) or model.status,
                unit=model.unit,
                unit_noun=model.unit_noun,
                delta=item.numeral.delta,
            )
        )
    return found


def _listed(item: Counted, model: _Found, sentence: _Sentence) -> bool:
    """Whether a bare number goes on with a list of places or bodies: "killed 38 in Cuba and *three* in Haiti"."""
    doc = item.doc
    if model.counted.first > item.first or item.before <= sentence.first:
        return False
    previous = doc[item.before - 1]
    if previous.pos_ == "PROPN":
        while previous.i > model.counted.end and previous.pos_ == "PROPN":
            previous = previous.nbor(-1)
        return previous.lower_ in {"and", ",", ";"}
    following = doc[item.end].lower_ if item.end < len(doc) else ""
    return previous.lower_ in {"and", ",", ";"} and following in {"in", "at", "near", "on", "from", "across"}


def _alike(item: Counted, model: _Found, *, strength: bool) -> bool:
    """Whether a bare number goes on with the list or sentence of the strength ``model``."""
    other = model.counted.numeral
    size, reference = item.numeral.high or item.numeral.low or 0.0, other.high or other.low or 0.0
    if (strength and size < 10 <= reference) or not item.doc[item.first].text[0].isalnum():
        return False
    following = item.doc[item.end] if item.end < len(item.doc) else None
    return following is None or following.pos_ in {"PUNCT", "ADP", "CCONJ", "VERB", "AUX", "ADV", "SCONJ", "SPACE", "PRON"}


def _money(item: Counted, sentence: _Sentence, lists: Declared, base: dict[str, object]) -> _Found | None:
    """An amount with a currency, near one of the tracker's units if it has any."""
    doc = item.doc
    unit: Token | None = None
    if lists.units or lists.phrases:
        window = [*doc[item.last : min(sentence.last, item.last + 8)], *reversed(doc[max(sentence.first, item.before - 8) : item.before])]
        unit = next((token for token in window if token.pos_ in {"NOUN", "PROPN"} and lists.is_unit(token, tuple(doc[max(0, token.i - 3) : token.i]))), None)
        if unit is None:
            return None
    status = declared_status(lists, item, sentence.first, sentence.last) if lists.statuses else None
    if lists.tracker.needs_status and status is None:
        return None
    return _Found(  # type: ignore[arg-type]
        **base, counted=item, declared=lists, status=status or any_status(item), unit=unit, unit_noun=unit.lower_ if unit is not None else lists.tracker.name
    )


def _relate(accepted: list[_Found], earlier: Sequence[_Found]) -> None:
    """Marks the parts that "including" introduces, and takes whose from the sentence's earlier mention."""
    offset = len(earlier)
    for position, item in enumerate(accepted):
        if item.part_of is None and item.status is not None and _is_among(item.status):
            item.part_of = next(
                (at for at in range(offset - 1, max(-1, offset - 8), -1) if earlier[at].part_of is None and earlier[at].status is not None and item.status.name in {earlier[at].status.name, item.declared.tracker.name}),
                None,
            )
        if item.part_of is not None and item.part_of >= offset:
            item.part_of = next(
                (offset + at for at in range(position - 1, -1, -1) if accepted[at].part_of is None and accepted[at].declared.tracker.name == item.declared.tracker.name),
                None,
            )
        if position == 0 or item.part_of is not None:
            continue
        previous = accepted[position - 1]
        doc = item.counted.doc
        word = doc[item.counted.before - 1].lower_ if item.counted.before > item.first else ""
        two = doc[max(item.first, item.counted.before - 2) : item.counted.before].text.lower()
        if previous.declared.tracker.name != item.declared.tracker.name:
            continue
        if word in {"including", "included"} or two in {"among them", "among whom", "inclusive of"}:
            item.part_of = previous.part_of if previous.part_of is not None else offset + position - 1
        elif previous.part_of is not None and word in {"and", ","} and item.counted.before - previous.counted.end <= 2 and previous.status is item.status:
            item.part_of = previous.part_of


def _is_among(status: Status) -> bool:
    """Whether the status is that of "among the dead"."""
    doc, at = status.token.doc, status.token.i
    return any(word.lower_ == "among" for word in doc[max(0, at - 3) : at])


def _span(paragraph: Paragraph, tokens: Tokens | None) -> Span | None:
    return None if tokens is None else paragraph.span(tokens.doc[tokens.first : tokens.last])


def _figure(item: _Found, attributions: Sequence[Attribution], clock: _Times) -> Figure:
    """The figure with everything that its sentence says around the number."""
    paragraph, part = item.paragraph, item.counted
    numeral = part.numeral
    strength = not item.declared.tracker.needs_status
    owner = circumstances.whose(part, item.status, item.first, agents=strength)
    if owner is None and item.unit is not None and item.unit.i < part.before:
        owner = circumstances.side_before(item.unit)
    if owner is None and strength:
        owner = _earlier_side(item)
    where = circumstances.place(part, item.status, item.first, item.last)
    owner_span, where_span = _span(paragraph, owner), _span(paragraph, where)
    included = circumstances.includes(part, item.last)
    start = paragraph.start
    number = Span(start=start + numeral.start, end=start + numeral.end)
    said = speaker_at(attributions, number)
    speaker = said.speaker if said is not None else None
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
        whose_key=circumstances.whose_key(owner.text) if owner is not None else None,
        place=where_span,
        place_key=circumstances.place_key(where.text) if where is not None else None,
        status=paragraph.span(item.status.token) if item.status is not None else None,
        status_name=_status_name(item),
        reality=reality(item.status, part),
        delta=item.delta or numeral.delta,
        hedges=tuple(span for span in (_span(paragraph, hedge) for hedge in circumstances.hedges(part, item.status, item.first, item.last)) if span is not None),
        includes=_span(paragraph, included),
        speaker=speaker,
        as_of=_as_of(item, speaker, clock),
        part_of=item.part_of,
        currency=numeral.currency,
    )


def _status_name(item: _Found) -> str | None:
    """The status' name in the tracker, else its word; of two at once ("killed or wounded") the tracker's own name."""
    if item.status is None:
        return None
    if item.status.other is not None:
        both = item.declared.tracker.name
        return both if both in dict(item.declared.tracker.statuses) else f"{item.status.name} or {item.status.other}"
    return item.status.name or item.status.token.lower_


def _earlier_side(item: _Found) -> Tokens | None:
    """The side of units that the sentence named before the number: "*Malian* soldiers were sent, with 300 troops …"."""
    doc = item.counted.doc
    for at in range(item.counted.before - 1, item.first, -1):
        token = doc[at]
        if token.pos_ == "NOUN" and is_plural(token) and item.declared.is_unit(token, ()):
            return circumstances.side_before(token)
    return None


def _as_of(item: _Found, speaker: Speaker | None, clock: _Times) -> TimeExpression | None:
    """The day for which the number is stated: that of its verb, else that of the words that report it."""
    paragraph, doc = item.paragraph, item.counted.doc
    span = paragraph.span(doc[item.first : item.last])
    days = [time for time in clock.within(span) if time.kind is TimeKind.DATE and time.when is not None and time.when.grain is Grain.DAY]
    if not days:
        return None
    token = item.status.token if item.status is not None else item.counted.node
    verbs = [token, *(up for up in token.ancestors if up.pos_ in {"VERB", "AUX"})]
    ranks = {verb.i: rank for rank, verb in enumerate(verbs)}
    best: tuple[int, TimeExpression] | None = None
    for time in days:
        words = paragraph.tokens(time.span)
        if words.end < len(doc) and doc[words.end - 1].nbor().tag_ == "POS" or any(word.tag_ == "POS" for word in words):
            continue
        if words.start and doc[words.start - 1].lower_ in {"since", "from", "until", "after", "before"}:
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
        key = (figure.tracker, figure.low, figure.high, figure.status_name if figure.tracker == "casualties" else None)
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
