"""Numbers that lean on others: parts of a whole, members of a list, units and statuses said once for several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.digest.counting import Counted, Line, forms, noun_phrase, singular
from bot.digest.declaring import Declared
from bot.digest.numbers import NumeralKind
from bot.digest.predicates import Status, any_status

if TYPE_CHECKING:
    from spacy.tokens import Span as TokenSpan
    from spacy.tokens import Token

_BEFORE = frozenset(
    {
        "and",
        ",",
        ";",
        ":",
        "with",
        "including",
        "or",
        "while",
        "but",
        "another",
        "–",
        "—",
        "--",
        "-",
        "only",
        "plus",
        "to",
        "from",
    }
)
_DASHES = frozenset({"--", "—", "–", ":"})
_SAYS = frozenset("say claim report estimate suggest".split())
_STEP = 5  #: tokens between two members of a list of parts: "three guards in Suez *and* one officer in Cairo"
_AFTER = frozenset({"PUNCT", "ADP", "CCONJ", "VERB", "AUX", "ADV", "SCONJ", "SPACE", "PRON"})
_ASIDE = 12  #: tokens beside a figure in which a year says that it is of the past
_BACK = 8  #: figures before a sentence among which "three of the dead" has its whole


@dataclass(slots=True, eq=False)
class Candidate:
    """A number taken as a figure of a tracker, before its circumstances are read; ``whole`` is what it is a part of."""

    line: Line
    counted: Counted
    declared: Declared
    status: Status | None
    unit: Token | None
    unit_noun: str
    whole: Candidate | None = None
    delta: bool = False

    @property
    def sentence(self) -> int:
        return self.line.index


def whole_of(item: Counted, line: Line, lists: Declared, context: Sequence[Candidate]) -> Candidate | None:
    """The figure of which a partitive number is a part: the last before it that fits."""
    if not item.partitive:
        return None
    own = any(token.tag_ == "PRP$" for token in item.doc[item.last : item.end])
    for candidate in reversed(current(context, line)):
        away = line.index - candidate.sentence
        if away > 1 and item.pronoun:
            return None
        if not may_hold(candidate, item) or (own and (away or lists.tracker.needs_status)):
            continue
        if candidate.declared is not lists and not (item.pronoun and away == 0):
            continue
        if candidate.whole is not None and away:
            continue
        if item.pronoun or (item.head is not None and _same_unit(item.head, candidate, lists)):
            return candidate
        if not lists.tracker.needs_status and away <= 2 and candidate.whole is None:
            return candidate
    return None


def current(wholes: Sequence[Candidate], line: Line) -> list[Candidate]:
    """The figures that a part may be of, without those that are of the past unless all are."""
    standing = [one for one in wholes if one.line is line or not _is_former(one.counted, one.line)] or list(wholes)
    return [one for one in standing if one.line is line or not _is_dated(one)] or standing


def _is_dated(candidate: Candidate) -> bool:
    """Whether a figure stands beside a year: "in 1997 a blast killed *67* at a nearby mine"."""
    own, line = candidate.counted, candidate.line
    reach = line.doc[max(line.first, own.before - _ASIDE) : min(line.last, own.end + _ASIDE)]
    return any(token.ent_type_ == "DATE" and token.shape_ == "dddd" for token in reach)


def _is_former(item: Counted, line: Line) -> bool:
    """Whether a number is what another was before: "254, down from *270*"."""
    doc, at = item.doc, item.before - 1
    return at > line.first and doc[at].lower_ == "from" and doc[at - 1].lower_ in {"up", "down"}


def may_hold(whole: Candidate, part: Counted) -> bool:
    """Whether a figure may be the whole of a part: it is no smaller."""
    numeral, size = whole.counted.numeral, part.numeral.low or part.numeral.high
    most = numeral.high if numeral.low is None or numeral.high is not None else None
    return size is None or most is None or size <= most


def _same_unit(head: Token, candidate: Candidate, lists: Declared) -> bool:
    """Whether "of the soldiers", "of the dead" may mean the figure's units."""
    status = lists.status(head)
    if status is not None:
        return candidate.status is not None and candidate.status.name == status
    return singular(candidate.unit_noun.lower()) in forms(head)


def said_to_be(item: Counted, lists: Declared) -> Token | None:
    """The unit that a part of a whole is said to be: "of the dead, 11 were *children*", "some of them *teenagers*"."""
    doc = item.doc
    at = item.end
    if at < len(doc) and doc[at].lemma_ == "be":
        at += 1
    head, _, between = noun_phrase(doc, at, min(len(doc), at + 4))
    if head is None or not lists.is_unit(head, between) or any(token.pos_ == "VERB" for token in between):
        return None
    return head


def inherited(item: Counted, line: Line, lists: Declared, context: Sequence[Candidate]) -> Status | None:
    """The status of the number that this one is coordinated with: "killed 12 soldiers and *three* civilians"."""
    previous = context[-1] if context else None
    if previous is None or previous.line is not line or previous.declared is not lists:
        return None
    if previous.status is None or previous.status.token == previous.counted.head:
        return None
    follows = item.doc[item.end].pos_ if item.end < len(item.doc) else ""
    if item.head is None and follows in {"VERB", "ADJ"}:
        return None
    between = [token.lower_ for token in item.doc[previous.counted.end : item.before]]
    if between[-3:] == ["as", "well", "as"] or between[-2:] == ["along", "with"]:
        return previous.status
    if between[-1:] in (["including"], ["included"]) or between[-2:] in (["among", "them"], ["among", "whom"]):
        return previous.status
    if item.head is not None and between[-1:] and between[-1] in _DASHES:
        return previous.status
    listed = len(context) > 1 and context[-2].status is previous.status
    if item.head is not None and listed and between[-1:] == ["and"] and len(between) <= _STEP:
        return previous.status
    if between and len(between) <= 3 and {"and", ",", "or", "as", "well", "plus"}.issuperset(between):
        return previous.status
    return previous.status if between[-1:] == ["and"] and item.head is None and follows == "ADP" else None


def stands_alone(item: Counted) -> bool:
    """Whether no other noun follows the number: "killed 12 in Kabul", not "killed 12 rare birds"."""
    if item.end >= len(item.doc):
        return True
    following = item.doc[item.end]
    return not (following.pos_ in {"NOUN", "SYM"} or following.text in {"%", "-", "/"}) or following.lower_ in {
        "dead",
        "missing",
        "people",
    }


def may_share(item: Counted, line: Line) -> bool:
    """Whether a number without a noun may have its unit in a neighbouring phrase: "France 1,000; Greece 700 troops"."""
    if item.head is not None or item.partitive or item.numeral.kind is not NumeralKind.CARDINAL:
        return False
    if item.numeral.currency is not None or item.numeral.suffix is not None:
        return False
    if not stands_alone(item) or item.before <= line.first:
        return item.before <= line.first and stands_alone(item)
    previous = item.doc[item.before - 1]
    if item.numeral.delta:
        return True
    return previous.lower_ in _BEFORE or previous.pos_ in {"PROPN", "VERB"} or previous.lemma_ == "have"


def sharing(
    pending: Sequence[Counted], accepted: Sequence[Candidate], earlier: Sequence[Candidate], line: Line
) -> list[Candidate]:
    """The bare numbers of a sentence that take unit, and status if need be, from a figure beside them.

    ``accepted`` are the sentence's own figures, ``earlier`` those before it: "another 4,500" goes on with these, too.
    """
    before = next((item for item in reversed(earlier[-3:]) if line.index - item.sentence == 1), None)
    found: list[Candidate] = []
    for item in pending:
        models: Sequence[Candidate] = [one for one in (*accepted, *found) if not one.declared.tracker.money]
        if not models and before is not None and item.numeral.delta and not before.declared.tracker.needs_status:
            models = [before]
        if not models:
            continue
        model = min(models, key=lambda other: abs(other.counted.first - item.first))
        strength = not model.declared.tracker.needs_status
        if not strength:
            first = [one for one in models if one.counted.first < item.first]
            model = max(first, key=lambda other: other.counted.first, default=model)
        if not (_alike(item, model) if strength else _listed(item, model, line)):
            continue
        found.append(
            Candidate(
                line=line,
                counted=item,
                declared=model.declared,
                status=(any_status(item) if strength else None) or model.status,
                unit=model.unit if model.line is line else None,
                unit_noun=model.unit_noun,
                whole=model if _opens_with_whole(model, line) else None,
                delta=item.numeral.delta,
            )
        )
    return found


def _opens_with_whole(model: Candidate, line: Line) -> bool:
    """Whether the sentence begins "Of the 5,000 troops …" """
    return model.line is line and line.doc[line.first].lower_ == "of" and model.counted.before - line.first <= 2


def _listed(item: Counted, model: Candidate, line: Line) -> bool:
    """Whether a bare number goes on with a list of places or bodies: "killed 38 in Cuba and *three* in Haiti"."""
    doc = item.doc
    if model.counted.first > item.first or item.before <= line.first:
        return False
    previous = doc[item.before - 1]
    if _is_former(item, line) or _is_other_toll(item, model):
        return True
    if any(token.dep_ in {"nsubj", "nsubjpass"} for token in doc[model.counted.end : item.before]):
        return False
    if previous.pos_ == "PROPN":
        while previous.i > model.counted.end and previous.pos_ == "PROPN":
            previous = previous.nbor(-1)
        return previous.lower_ in {"and", ",", ";"}
    following = doc[item.end].lower_ if item.end < len(doc) else ""
    return previous.lower_ in {"and", ",", ";", "--", "—", "–", "-"} and following in {
        "in",
        "at",
        "near",
        "on",
        "from",
        "across",
        "around",
        "throughout",
        "outside",
        "worldwide",
        "elsewhere",
    }


def _is_other_toll(item: Counted, model: Candidate) -> bool:
    """Whether somebody says another number of a toll: "the UN put the toll at 50, while the mayor *said 100*"."""
    said, doc = item.doc[item.before - 1], item.doc
    if model.unit is None or not model.declared.is_total(model.unit, ()) or model.unit.i > model.counted.before:
        return False
    return (
        said.lemma_ in _SAYS
        and said.pos_ == "VERB"
        and any(token.lower_ in {"while", "but", "and", "whereas"} for token in doc[model.counted.end : said.i])
    )


def _alike(item: Counted, model: Candidate) -> bool:
    """Whether a bare number goes on with the list or sentence of the strength ``model``."""
    other = model.counted.numeral
    size, reference = item.numeral.high or item.numeral.low or 0.0, other.high or other.low or 0.0
    if size < 2 or size < 10 <= reference or not item.doc[item.first].text[0].isalnum():
        return False
    return item.end >= len(item.doc) or item.doc[item.end].pos_ in _AFTER


def relate(accepted: Sequence[Candidate], earlier: Sequence[Candidate]) -> None:
    """Marks the parts that "including", "among them" and "among the dead" introduce."""
    for position, item in enumerate(accepted):
        if item.whole is None and item.status is not None and _is_among(item.status):
            item.whole = _lost(item, earlier)
        if position and item.whole is None and accepted[position - 1].declared is item.declared:
            item.whole = _included(item, accepted[position - 1])


def _lost(item: Candidate, earlier: Sequence[Candidate]) -> Candidate | None:
    """The figure of the dead among whom the counted are."""
    assert item.status is not None
    name, both = item.status.name, item.declared.tracker.name
    fitting = [
        one
        for one in earlier[-_BACK:]
        if one.declared is item.declared and one.whole is None and one.status is not None
        if one.status.name in {name, both} or name == both
        if may_hold(one, item.counted)
    ]
    fitting = current(fitting, item.line)
    killed = [one for one in fitting if one.status is not None and one.status.name != both]
    if name == both and killed:  # "victims" are of the status that the text gave first
        first = killed[0].status.name if killed[0].status is not None else None
        return max((one for one in killed if one.status is not None and one.status.name == first), key=_size)
    return fitting[-1] if fitting else None


def _size(candidate: Candidate) -> float:
    return candidate.counted.numeral.high or candidate.counted.numeral.low or 0.0


def _included(item: Candidate, previous: Candidate) -> Candidate | None:
    """The figure before ``item`` that includes it, or whose list of parts it continues."""
    doc, before = item.counted.doc, item.counted.before
    word = doc[before - 1].lower_ if before > item.line.first else ""
    two = doc[max(item.line.first, before - 2) : before].text.lower()
    if word in {"including", "included", "--", "—", "–", "-"} or two in {"among them", "among whom", "inclusive of"}:
        return previous.whole or previous
    if word in {"and", ","} and previous.status is item.status and not _has_verb(doc[previous.counted.end : before]):
        return previous.whole
    return None


def _has_verb(tokens: TokenSpan) -> bool:
    return any(token.pos_ in {"VERB", "AUX"} for token in tokens)


def _is_among(status: Status) -> bool:
    """Whether the status is that of "among the dead", "the dead included"."""
    doc, at = status.token.doc, status.token.i
    return any(word.lower_ == "among" for word in doc[max(0, at - 3) : at]) or (
        at + 1 < len(doc) and doc[at + 1].lemma_ == "include"
    )
