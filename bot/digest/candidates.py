"""Which numbers of a sentence are figures of which tracker, of what unit and with what status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.digest.counting import Counted, Line, Placed, counted, forms, is_nationality, is_plural, noun_phrase
from bot.digest.declaring import Declared
from bot.digest.model import Comparator
from bot.digest.numbers import NumeralKind
from bot.digest.owners import changed
from bot.digest.predicates import Status, any_status, declared_status
from bot.digest.sharing import (
    Candidate,
    current,
    inherited,
    may_hold,
    may_share,
    relate,
    said_to_be,
    sharing,
    stands_alone,
    whole_of,
)
from bot.digest.totals import is_age, total

if TYPE_CHECKING:
    from spacy.tokens import Token

_LEAST_OF_FORCES = 10  #: "two forces" are two armies, "40 forces" are men
_STRONG = frozenset({"strong", "member", "man", "person", "soldier", "troop", "men"})
_SOLDIERLY = frozenset({"man", "personnel"})  #: of the members, nouns that may refer to a figure of the sentence before
_SPEECH = frozenset("say tell claim recall describe explain testify remember add state report admit".split())
_LOOSE = frozenset({"many", "some", "few"})
_UNCOUNTED = frozenset({"deaths", "injuries", "fatalities", "casualties", "person"})
_BASES = frozenset({10, 100, 1_000, 10_000, 100_000, 1_000_000})
_BASE_WORDS = frozenset({"10", "100", "1,000", "1000", "10,000", "100,000", "ten", "hundred"})
_TOTALS = frozenset("toll total number count tally figure dead".split())
_OLDEST = 115  #: years that a person may have lived
_CONTEXT = 12  #: figures before a sentence that its numbers may refer to
_NEAR = 8  #: tokens between a number without a noun and its status
_EVERYONE = "people"  #: the unit of a number of people that the text counts without a noun


@dataclass(slots=True)
class _Reading:
    """What is known when a number of ``line`` is read: the figures before it, and the last number that is none."""

    line: Line
    context: list[Candidate]
    other: Counted | None = None


def candidates(
    line: Line, numbers: Sequence[Placed], lists: Sequence[Declared], earlier: Sequence[Candidate]
) -> list[Candidate]:
    """The figures of one sentence, in its order; ``earlier`` are the article's figures before it."""
    reading = _Reading(line, list(earlier[-_CONTEXT:]))
    accepted: list[Candidate] = []
    pending: list[Counted] = []
    fraction: Counted | None = None
    for position, placed in enumerate(numbers):
        limit = numbers[position + 1].before if position + 1 < len(numbers) else line.last
        item = counted(line.doc, placed, max(limit, placed.last))
        if _is_no_count(item, line):
            continue
        if fraction is not None:
            taken = _of_number(fraction, item, reading, lists)
            accepted += taken
            reading.context += taken
            fraction = None
            if taken:
                continue
        if item.partitive and not item.pronoun and item.head is None and _reaches(item, limit):
            fraction = item
            continue
        found = _accept(item, reading, lists)
        if found is not None:
            accepted.append(found)
            reading.context.append(found)
            reading.other = None
        elif item.head is not None and is_plural(item.head) and not item.partitive:
            reading.other = item
        elif may_share(item, line):
            pending.append(item)
    accepted += sharing(pending, accepted, earlier, line)
    accepted.sort(key=lambda one: one.counted.first)
    relate(accepted, earlier)
    return accepted


def _reaches(item: Counted, limit: int) -> bool:
    """Whether only determiners stand between a partitive's "of" and the next number: "six of the nine"."""
    return item.end <= limit and all(token.pos_ in {"DET", "PRON", "ADP"} for token in item.doc[item.end : limit])


def _of_number(part: Counted, whole: Counted, reading: _Reading, lists: Sequence[Declared]) -> list[Candidate]:
    """The figures of "six of the nine sailors died" (one), "half of the 6,000 soldiers left" (part and whole).

    "One of 6,000" is no part that is counted.
    """
    joined = replace(part, head=whole.head, end=whole.end, modifiers=whole.modifiers)
    for one in lists:
        if one.tracker.needs_status and not one.tracker.money:
            found = _under(joined, reading, one)
            if found is not None:
                found.whole = None
                return [found]
    found = _accept(whole, reading, lists)
    if found is None or part.numeral.low == part.numeral.high == 1:
        return [found] if found is not None else []
    return [
        replace(found, counted=joined, whole=found, status=found.status, delta=False),
        found,
    ]


def _is_no_count(item: Counted, line: Line) -> bool:
    """Whether the number is a share, an amount of money, a year or part of a name."""
    numeral = item.numeral
    if numeral.percent or (numeral.suffix is not None and numeral.suffix not in _STRONG):
        return True
    if numeral.kind is NumeralKind.FRACTION and any(token.lower_ == "all" for token in item.doc[item.last : item.end]):
        return True  # "a third of all deaths" is a share
    if numeral.kind is NumeralKind.QUANTIFIER and item.doc[item.first].lower_ in _LOOSE and not item.partitive:
        return True
    if _is_pronoun(item, line) or _is_multiple(item, line):
        return True
    return _is_year(item, line) or _is_age(item, line) or _is_rate(item, line) or _is_name(item, line)


def _is_pronoun(item: Counted, line: Line) -> bool:
    """Whether "one" belongs to a pronoun or names who is left out: "no-one", "one another", "all but one"."""
    doc = item.doc
    if doc[item.first].lower_ != "one":
        return False
    before = doc[max(line.first, item.before - 2) : item.before].text.lower()
    return before in {"all but", "no-"} or (item.last < line.last and doc[item.last].lower_ == "another")


def _is_multiple(item: Counted, line: Line) -> bool:
    """Whether a number says how many times as many: "*two* or even *three* times higher"."""
    for token in item.doc[item.last : line.last]:
        if token.lower_ not in {"or", "to", "even", "-"} and not token.like_num:
            return token.lower_ in {"times", "fold"}
    return False


def _is_rate(item: Counted, line: Line) -> bool:
    """Whether a round number is the base of a rate, or a number its share: "*three* out of *1,000* people died"."""
    doc = item.doc
    if item.before - 2 >= line.first and doc[item.before - 2 : item.before].text.lower() in {"out of", "in every"}:
        return item.numeral.low in _BASES or (item.numeral.low is None and item.head is None)
    for end in (item.last, item.end):
        after = doc[end : min(line.last, end + 3)]
        if len(after) == 3 and after[:2].text.lower() in {"out of", "in every"} and after[2].text in _BASE_WORDS:
            return True
    return False


def _is_name(item: Counted, line: Line) -> bool:
    """Whether a number word in capitals belongs to a name: "the Big *Three*"."""
    word = item.doc[item.first]
    if not word.text.istitle() or not word.text.isalpha() or word.i <= line.first:
        return False
    before = word.nbor(-1)
    return before.i > line.first and before.text.istitle() and before.pos_ in {"ADJ", "PROPN"} and item.head is None


def _is_age(item: Counted, line: Line) -> bool:
    """Whether a number between commas is the age of the person named before it: "Jane Doe, 41, was killed"."""
    doc, numeral = item.doc, item.numeral
    if _is_age_of_all(item, line):
        return True
    if item.head is None and item.before - 2 >= line.first and doc[item.before - 1].lower_ == "at":
        return doc[item.before - 2].lemma_.lower() in {"death", "die"} and 0 < (numeral.high or 0) <= _OLDEST
    if item.before - 2 < line.first or item.last >= line.last or not 0 < (numeral.high or 0) <= _OLDEST:
        return False
    if doc[item.before - 1].text != "," or doc[item.last].text not in {",", "."} or item.before != item.first:
        return False
    name = doc[item.before - 2]
    if name.tag_ == "NN" and name.lemma_.lower() not in _TOTALS:
        return item.head is None
    return name.pos_ == "PROPN" and not is_nationality(name) and name.ent_type_ not in {"GPE", "LOC", "NORP"}


def _is_age_of_all(item: Counted, line: Line) -> bool:
    """Whether a bounded number without a noun tells how old people are: "most of the dead were *over 65*"."""
    bounds = {Comparator.MORE_THAN, Comparator.BETWEEN, Comparator.UP_TO, Comparator.EXACT}
    doc, numeral = item.doc, item.numeral
    if (
        item.head is not None
        or numeral.comparator not in bounds
        or not 0 < (numeral.high or numeral.low or 0) <= _OLDEST
    ):
        return False
    at = item.before - 1
    while at > line.first and doc[at].lower_ in {"all", "mostly", "aged", "either", "only"}:
        at -= 1
    if (
        doc[at].lemma_ != "be"
        or at - 1 < line.first
        or (numeral.comparator is Comparator.EXACT and doc[at + 1].lower_ != "aged")
    ):
        return False
    subject = next((child for child in doc[at].lefts if child.dep_ in {"nsubj", "nsubjpass"}), doc[at - 1])
    words = {token.lower_ for token in subject.subtree}
    return not words & {"toll", "number", "total", "count", "tally", "figure", "deaths"}


def _is_year(item: Counted, line: Line) -> bool:
    """Whether a bare four-digit number is the year of "in 2008" rather than a count."""
    text = item.doc[item.first : item.last].text
    if not (len(text) == 4 and text.isdigit() and text[:2] in {"18", "19", "20"}):
        return False
    previous = item.doc[item.before - 1].lower_ if item.before > line.first else ""
    return item.before == item.first and (
        item.head is None
        or previous in {"in", "since", "by", "of", "until", "from", "during", "the", "before", "after"}
    )


def _accept(item: Counted, reading: _Reading, lists: Sequence[Declared]) -> Candidate | None:
    """The number under the first tracker that takes it."""
    for one in lists:
        if one.tracker.money != (item.numeral.currency is not None):
            continue
        found = _money(item, reading.line, one) if one.tracker.money else _under(item, reading, one)
        if found is not None:
            return found
    return None


def _under(item: Counted, reading: _Reading, lists: Declared) -> Candidate | None:
    """The number under one tracker of countable things, or None."""
    held = total(item, reading.line, lists)
    if held is not None:
        unit, status, change = held
        return _taken(item, reading, lists, status, unit, delta=change)
    if item.numeral.suffix is not None:
        return None
    status = declared_status(lists, item, reading.line.first, reading.line.last) if lists.statuses else None
    if item.partitive and item.pronoun:
        return _part_of_them(item, reading, lists, status)
    among = _of_the_dead(item, reading, lists)
    if among is not None:
        return among
    if lists.tracker.needs_status and status is None:
        status = inherited(item, reading.line, lists, reading.context)
    if item.head is None:
        return _continued_part(item, reading, lists) or _bare(item, reading, lists, status)
    return _member(item, reading, lists) or _unit(item, reading, lists, status)


def _taken(
    item: Counted,
    reading: _Reading,
    lists: Declared,
    status: Status | None,
    unit: Token | None,
    *,
    unit_noun: str | None = None,
    whole: Candidate | None = None,
    delta: bool = False,
) -> Candidate:
    """A candidate; without a declared status it gets the word that says what the counted do."""
    if unit_noun is None:
        unit_noun = _EVERYONE if unit is None else _printed(unit, lists, held=unit is not item.head)
    return Candidate(
        line=reading.line,
        counted=item,
        declared=lists,
        status=status or any_status(item),
        unit=unit,
        unit_noun=unit_noun,
        whole=whole,
        delta=delta or item.numeral.delta or _is_step(item),
    )


def _is_step(item: Counted) -> bool:
    """Whether the number says by how many a force grows or shrinks: "will cut the garrison *by 300* soldiers"."""
    return changed(item.node) is not None and item.node.head.lower_ == "by"


def _part_of_them(item: Counted, reading: _Reading, lists: Declared, status: Status | None) -> Candidate | None:
    """ "8,000 of them": a part of the figure before it, or of people who are no figure themselves."""
    other = reading.other
    if other is not None:
        if (
            not lists.tracker.needs_status
            or status is None
            or other.head is None
            or not lists.is_unit(other.head, other.modifiers)
        ):
            return None
        return _taken(item, reading, lists, status, other.head)
    whole = whole_of(item, reading.line, lists, reading.context)
    if whole is None:
        named = _antecedent(item, reading.line, lists)
        return _taken(item, reading, lists, status, named) if named is not None and status is not None else None
    if lists.tracker.needs_status and status is None:
        if whole.declared is not lists:
            return None
        status = whole.status
    unit = said_to_be(item, lists)
    return _taken(
        item, reading, lists, status, unit, unit_noun=None if unit is not None else whole.unit_noun, whole=whole
    )


def _antecedent(item: Counted, line: Line, lists: Declared) -> Token | None:
    """The units without a number that "whom" stands for: "all of its *employees*, at least four of whom died"."""
    doc = item.doc
    at = item.before - 1
    if not lists.tracker.needs_status or at - 1 < line.first or doc[at].text != ",":
        return None
    if not any(token.lower_ == "whom" for token in doc[item.last : item.end]):
        return None
    noun = doc[at - 1]
    return noun if noun.pos_ == "NOUN" and is_plural(noun) and lists.is_unit(noun, ()) else None


def _of_the_dead(item: Counted, reading: _Reading, lists: Declared) -> Candidate | None:
    """A part whose whole opens the sentence: "*Of the dead, 28* were patients"."""
    doc, first = item.doc, reading.line.first
    if (
        not lists.tracker.needs_status
        or doc[first].lower_ != "of"
        or not 2 < item.before - first <= _NEAR
        or doc[item.before - 1].text != ","
    ):
        return None
    name = next((found for found in map(lists.status, doc[first + 1 : item.before]) if found is not None), None)
    wholes = [
        one
        for one in reading.context
        if one.status is not None and one.status.name == name and one.whole is None and may_hold(one, item)
    ]
    whole = next(reversed(current(wholes, reading.line)), None)
    if name is None or whole is None:
        return None
    return _taken(item, reading, lists, whole.status, said_to_be(item, lists) or item.head, whole=whole)


def _unit(item: Counted, reading: _Reading, lists: Declared, status: Status | None) -> Candidate | None:
    """A number with its noun: "10,000 soldiers", "12 civilians were killed", "three of the dead"."""
    item = _elided(_coordinated(item, lists), reading.line)
    head = item.head
    assert head is not None
    if any(token.tag_ == "POS" for token in item.modifiers):  # "one man's death" counts the man
        return None
    other = reading.other.head if reading.other is not None else None
    if head.lower_ == "others" and other is not None and not lists.is_unit(other, ()):
        return None
    stated = lists.tracker.needs_status and lists.status(head) is not None
    if not lists.is_unit(head, item.modifiers) and (not stated or lists.excludes(forms(head), item.modifiers)):
        return None
    if lists.tracker.needs_status:
        if status is None or (_is_loose(item) and item.last <= status.token.i < item.end):
            return None
    elif not _is_strength(item, lists):
        return None
    if item.partitive and item.numeral.low == item.numeral.high == 1:  # "one of his men" is one man, and no count
        return None
    unit = (said_to_be(item, lists) if item.partitive else None) or head
    whole = whole_of(item, reading.line, lists, reading.context)
    return _taken(item, reading, lists, status, unit, whole=whole)


def _is_loose(item: Counted) -> bool:
    """Whether the quantity is "many", "some" or "few", which with its status says nothing: "many of the injured"."""
    return item.numeral.kind is NumeralKind.QUANTIFIER and item.doc[item.last - 1].lower_ in _LOOSE


def _member(item: Counted, reading: _Reading, lists: Declared) -> Candidate | None:
    """A noun that counts only beside a total or another unit: "the army has 94,000 *men*"."""
    head, line = item.head, reading.line
    if head is None or forms(head).isdisjoint(lists.members) or lists.is_unit(head, item.modifiers) or item.partitive:
        return None
    if (item.numeral.high or item.numeral.low or 0) < _LEAST_OF_FORCES or lists.excludes(frozenset(), item.modifiers):
        return None
    nearby = list(line.doc[max(line.first, item.before - 10) : item.before])
    if item.end < line.last and line.doc[item.end].lower_ == "of":
        nearby += line.doc[item.end : min(line.last, item.end + 6)]
    beside = any(_is_of_tracker(token, line, lists) for token in nearby if token.pos_ in {"NOUN", "PROPN"})
    recent = any(one.declared is lists and line.index - one.sentence <= 1 for one in reading.context[-2:])
    if beside or (recent and not forms(head).isdisjoint(_SOLDIERLY)):
        return _taken(item, reading, lists, None, head)
    return None


def _is_of_tracker(token: Token, line: Line, lists: Declared) -> bool:
    """Whether a noun is one of the tracker's units or totals."""
    before = tuple(line.doc[max(line.first, token.i - 2) : token.i])
    return lists.is_total(token, before) or lists.is_unit(token, before)


def _coordinated(item: Counted, lists: Declared) -> Counted:
    """The number with the second of two nouns as its head where only that is a unit: "700 police and troops"."""
    doc, head = item.doc, item.head
    assert head is not None
    if lists.is_unit(head, item.modifiers) or item.end + 1 >= len(doc) or doc[item.end].lower_ not in {"and", "or"}:
        return item
    second, end, between = noun_phrase(doc, item.end + 1, min(len(doc), item.end + 4))
    if second is None or between or not lists.is_unit(second, ()) or not is_plural(head):
        return item
    return replace(item, head=second, end=end)


def _elided(item: Counted, line: Line) -> Counted:
    """The number with the noun that a list says once, at its end: "three *Kenyan* and 11 Ugandan peacekeepers"."""
    doc, head = item.doc, item.head
    assert head is not None
    if not is_nationality(head) or is_plural(head) or (item.numeral.high or item.numeral.low or 2) < 2:
        return item
    if item.end + 1 >= line.last or doc[item.end].text not in {"and", ",", "or"} or not doc[item.end + 1].like_num:
        return item
    noun = next((token for token in doc[item.end + 2 : min(line.last, item.end + 6)] if token.pos_ == "NOUN"), None)
    if noun is None or not is_plural(noun):
        return item
    return replace(item, head=noun, modifiers=(*item.modifiers, head))


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
    return not (
        item.node.dep_ == "nsubj" and governor.lemma_.lower() in _SPEECH and (numeral.high or 99) < _LEAST_OF_FORCES
    )


def _printed(unit: Token, lists: Declared, *, held: bool) -> str:
    """The counted noun as printed, in lower case unless it is a name; "people" for the dead, a toll and "others".

    ``held``: the number does not stand before this noun.
    """
    nominal = unit.pos_ in {"NOUN", "PROPN"} or is_nationality(unit)
    total = held and not forms(unit).isdisjoint(lists.totals)
    countable = is_plural(unit) and not forms(unit).isdisjoint(lists.units)
    if lists.tracker.needs_status and (not nominal or (total and not countable)):
        return _EVERYONE
    if unit.lower_ in {"others", "other"}:
        return _EVERYONE
    return unit.text if unit.text[0].isupper() and (unit.pos_ == "PROPN" or is_nationality(unit)) else unit.lower_


def _bare(item: Counted, reading: _Reading, lists: Declared, status: Status | None) -> Candidate | None:
    """A number without a noun: "killed 12", "30 injured"; the unit is the sentence's last one, else "people"."""
    if not lists.tracker.needs_status or status is None or item.numeral.kind is not NumeralKind.CARDINAL:
        return None
    doc, before = item.doc, item.before - 1
    if (
        before > 0
        and doc[before].lower_ == "of"
        and is_age(doc, before, lists)
        and lists.status(doc[before - 1]) is None
    ):
        return None
    away = status.token.i - item.last if status.token.i >= item.last else item.before - status.token.i
    if away > _NEAR or not stands_alone(item):
        return None
    nouns = (
        one.unit_noun
        for one in reversed(reading.context)
        if one.line is reading.line and one.whole is None and not one.declared.tracker.money
    )
    unit_noun = next(nouns, _EVERYONE)
    return _taken(item, reading, lists, status, None, unit_noun=_EVERYONE if unit_noun in _UNCOUNTED else unit_noun)


def _continued_part(item: Counted, reading: _Reading, lists: Declared) -> Candidate | None:
    """A further part in a list of parts: "25 of those killed were children and *20* were women".

    Also a part of the dead named just before: "All 20 aboard died; *five* were women".
    """
    previous = reading.context[-1] if reading.context else None
    other = reading.other.head if reading.other is not None else None
    if previous is None or previous.declared is not lists or (other is not None and lists.is_unit(other, ())):
        return None
    if item.end >= len(item.doc) or item.doc[item.end].lemma_ != "be":
        return None
    unit = said_to_be(item, lists)
    if unit is None or reading.line.index - previous.sentence > 1:
        return None
    same = previous.line is reading.line
    if same and (previous.counted.partitive or previous.whole is not None):
        return _taken(item, reading, lists, previous.status, unit, whole=previous.whole)
    whole = previous.whole or previous
    if not lists.tracker.needs_status or not may_hold(whole, item):
        return None
    return _taken(item, reading, lists, whole.status, unit, whole=whole)


def _money(item: Counted, line: Line, lists: Declared) -> Candidate | None:
    """An amount with a currency, near one of the tracker's units if it has any."""
    unit = None
    if lists.units or lists.phrases:
        doc = line.doc
        window = [
            *doc[item.last : min(line.last, item.last + _NEAR)],
            *reversed(doc[max(line.first, item.before - _NEAR) : item.before]),
        ]
        nouns = (token for token in window if token.pos_ in {"NOUN", "PROPN"})
        unit = next((token for token in nouns if lists.is_unit(token, tuple(doc[max(0, token.i - 3) : token.i]))), None)
        if unit is None:
            return None
    status = declared_status(lists, item, line.first, line.last) if lists.statuses else None
    if lists.tracker.needs_status and status is None:
        return None
    name = unit.lower_ if unit is not None else lists.tracker.name
    return _taken(item, _Reading(line, []), lists, status, unit, unit_noun=name)
