"""Numbers that a noun holds instead of being counted by it: "a force of 3,000", "the death toll rose to 120"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.digest.counting import Counted, Line, forms, is_plural, noun_phrase
from bot.digest.declaring import Declared
from bot.digest.model import Comparator
from bot.digest.numbers import NumeralKind
from bot.digest.predicates import Status, any_status, declared_status

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_LINKS = frozenset(
    "to at of is was are were reached hit : reaching hitting from by been be reaches than became stands range ranges "
    "ranged between".split()
)
_BE = frozenset({"is", "was", "are", "were", "be"})
_NEAR = 4  #: tokens between a total and its number around a form of "be"
_OVER = frozenset("exceed top surpass pass near approach".split())
_NUMBERING = frozenset("number numbers numbering numbered totalling totaling".split())
_COUNTS = frozenset("number total count tally figure toll numbers totals".split())
_REACH = 14  #: tokens between a total and its number: "the death toll from the quake in X rose on Tuesday to 120"


def total(item: Counted, line: Line, lists: Declared) -> tuple[Token, Status | None, bool] | None:
    """The total that holds the number ("a force of 3,000"), the status it states, whether the number is a change."""
    doc = item.doc
    if item.numeral.suffix is not None:
        head = item.head
        if head is None or not (lists.is_total(head, item.modifiers) or lists.is_unit(head, item.modifiers)):
            return None
        status = _total_status((head, *item.modifiers), lists, item, line)
        return None if lists.tracker.needs_status and status is None else (head, status, False)
    numbering = item.before > line.first and doc[item.before - 1].lower_ in _NUMBERING
    counts = item.head is None or lists.is_unit(item.head, item.modifiers) or lists.status(item.head) is not None
    if not counts and not numbering:
        return None
    if item.partitive or item.numeral.kind is not NumeralKind.CARDINAL:
        return None
    if item.head is None and not lists.tracker.needs_status and item.numeral.low == item.numeral.high == 1:
        return None  # "there were army tanks, and he was taken to one"
    brought = _brought(item, line, lists)
    if brought is not None:
        return *brought, False
    at = item.before - 1
    while at > line.first and doc[at].text in {'"', "'"}:
        at -= 1
    if at < line.first:
        return None
    link = doc[at].lower_
    over = item.numeral.comparator in {Comparator.MORE_THAN, Comparator.NEARLY, Comparator.AT_LEAST} and doc[
        item.before
    ].lemma_.lower() in {"exceed", "top", "surpass", "pass", "near", "approach"}
    if link in _NUMBERING and (item.head is None or item.head.lower_ in {"people", "men", "personnel"}):
        return _numbered(item, line, lists)
    if link not in _LINKS and not over:
        return None
    if link == "of" and is_age(doc, at, lists):
        return None
    reach = 2 if link == "of" else _NEAR if link in _BE and link != "be" else _REACH
    for back in range(at - (link != "of" and not over), max(line.first, at - reach - 4) - 1, -1):
        token = doc[back]
        if token.text in {";", ":"} and back < at:
            return None
        if token.pos_ not in {"NOUN", "PROPN", "ADJ"} and token.lower_ != "dead":
            continue
        modifiers = tuple(doc[max(line.first, back - 3) : back])
        unit = _totalled(doc, back, item, lists)
        if unit is None and token.lower_ in _COUNTS:
            return None
        if unit is None:
            if link == "of" and at - back > 2:
                return None
            continue
        if item.head is not None and lists.is_unit(item.head, item.modifiers):
            unit = item.head
        status = _total_status((unit, token, *reversed(modifiers), *doc[back + 1 : item.before]), lists, item, line)
        if lists.tracker.needs_status and status is None:
            return None
        return unit, status, link == "by" or item.numeral.delta
    return None


def _brought(item: Counted, line: Line, lists: Declared) -> tuple[Token, Status | None] | None:
    """A total named after its number: "bringing to 323 *the number of Kenyans killed*", "raising to 12 *the toll*"."""
    doc, at = item.doc, item.end
    if item.head is not None or item.before <= line.first or doc[item.before - 1].lower_ != "to":
        return None
    if at + 1 >= line.last or doc[at].pos_ not in {"DET", "PRON"}:
        return None
    at += 1
    while at + 1 < line.last and doc[at].pos_ in {"ADJ", "NOUN"} and doc[at + 1].pos_ == "NOUN":
        at += 1
    unit: Token | None = doc[at]
    if doc[at].lower_ in _COUNTS and at + 2 < line.last and doc[at + 1].lower_ == "of":
        start = at + 2 + (doc[at + 2].pos_ in {"DET", "PRON"})
        unit, _, between = noun_phrase(doc, start, min(line.last, start + 5))
        if unit is None or not (lists.is_unit(unit, between) or lists.status(unit) is not None):
            unit = next((token for token in doc[start : min(line.last, start + 2)] if lists.status(token)), None)
    elif not lists.is_total(doc[at], tuple(doc[item.end + 1 : at])):
        return None
    if unit is None:
        return None
    for token in (unit, *doc[item.end : min(line.last, unit.i + 4)]):
        name = lists.status(token)
        if name is not None:
            return unit, Status(token=token, name=name)
    return None if lists.tracker.needs_status else (unit, any_status(item))


def _numbered(item: Counted, line: Line, lists: Declared) -> tuple[Token, Status | None, bool] | None:
    """Those who number so many: "the force, which *numbers* 1,500"; never the dead."""
    if lists.tracker.needs_status:
        return None
    for token in reversed(line.doc[max(line.first, item.before - 9) : item.before - 1]):
        if token.pos_ == "NOUN" and (lists.is_total(token, ()) or (is_plural(token) and lists.is_unit(token, ()))):
            return token, None, False
    return None


def is_age(doc: Doc, at: int, lists: Declared) -> bool:
    """Whether a number after the "of" at ``at`` is somebody's age: "a man of 24"."""
    noun = doc[at - 1] if at else None
    return noun is not None and noun.pos_ == "NOUN" and not is_plural(noun) and forms(noun).isdisjoint(lists.totals)


def _totalled(doc: Doc, back: int, item: Counted, lists: Declared) -> Token | None:
    """What the total at ``back`` counts, else None: "the number of *dead*", "the *toll*", "a *force*"."""
    token = doc[back]
    modifiers = tuple(word for word in doc[max(0, back - 3) : back] if word.pos_ in {"NOUN", "ADJ", "PROPN"})
    if token.lower_ in _COUNTS and back + 1 < item.before and lists.status(doc[back + 1]) is not None:
        return doc[back + 1]
    if token.lower_ in _COUNTS and back + 2 < item.before and doc[back + 1].lower_ in {"who", "that"}:
        return next((word for word in doc[back + 2 : min(item.before, back + 6)] if lists.status(word)), None)
    if token.lower_ in _COUNTS and back + 1 < len(doc) and doc[back + 1].lower_ == "of":
        start = back + 2
        while start < item.before and doc[start].pos_ in {"DET", "PRON"}:
            start += 1
        head, _, between = noun_phrase(doc, start, item.before)
        if head is None:
            head = next(
                (word for word in doc[start : min(start + 3, item.before)] if lists.status(word) is not None), None
            )
        if head is not None and (lists.is_unit(head, between) or lists.status(head) is not None):
            return head
        return None
    if token.pos_ in {"NOUN", "PROPN"} and lists.is_total(token, modifiers) and not _is_counted(doc, back):
        compound = doc[back - 1] if back else token
        return compound if compound.pos_ == "NOUN" and lists.is_unit(compound, ()) else token
    return None


def _is_counted(doc: Doc, at: int) -> bool:
    """Whether a noun has a number of its own: "three armies"."""
    return any(child.dep_ == "nummod" for child in doc[at].children)


def _total_status(stating: Sequence[Token], lists: Declared, item: Counted, line: Line) -> Status | None:
    """The status that a total states: the first of the words ``stating`` that does, else what is said of the number."""
    for token in stating:
        name = lists.status(token)
        if name is not None:
            return Status(token=token, name=name)
    if lists.tracker.needs_status:
        return declared_status(lists, item, line.first, line.last)
    return any_status(item)
