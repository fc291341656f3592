"""Claims, and the stretches of syntax they are made of: noun phrases and clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.digest.lexicon import FIRST_PERSON

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Range = tuple[int, int]  #: a half-open range of a paragraph's tokens

SUBJECTS = frozenset({"nsubj", "csubj"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
VERBS = frozenset({"VERB", "AUX"})
RELATIVE = frozenset({"who", "which", "that"})
QUOTES = frozenset('"“”‘’`')
_WHO = frozenset({"WP", "WP$", "WDT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A cue with its source and what is said, in tokens of one paragraph.

    ``head`` is the source's head noun; of a relative pronoun, ``antecedent`` is the noun it stands for.
    ``opinion``: it is thought or wanted rather than said.
    """

    source: Range
    head: int
    cue: Range
    content: tuple[Range, ...]
    antecedent: int | None = None
    opinion: bool = False
    firm: bool = False


def phrase(head: Token) -> Range:
    """The noun phrase of ``head`` without relative clauses and without what follows them."""
    start, end = head.left_edge.i, head.right_edge.i + 1
    for child in head.children:
        if child.i > head.i and child.dep_ in {"relcl", "acl", "advcl", "parataxis"} and _loose(child):
            end = min(end, child.left_edge.i)
    doc = head.doc
    end = next((token.i for token in doc[head.i + 1 : end] if token.tag_ in _WHO), end)
    while end - 1 > head.i and (doc[end - 1].is_punct or doc[end - 1].is_space or doc[end - 1].dep_ == "cc"):
        end -= 1
    if end < len(doc) and doc[end].text == ")" and any(token.text == "(" for token in doc[start:end]):
        end += 1
    start = max([start, *(token.i + 1 for token in doc[start : head.i] if _opens(token, head))])
    while start < head.i and (doc[start].is_punct or doc[start].is_space or doc[start].dep_ in {"cc", "mark"}):
        start += 1
    return start, end


def _opens(token: Token, head: Token) -> bool:
    """Whether a bracket opens before ``head`` and is not closed by then, or one closes that was opened earlier."""
    return token.text == ")" or (
        token.text == "(" and not any(other.text == ")" for other in token.doc[token.i : head.i])
    )


def _loose(clause: Token) -> bool:
    """Whether a clause after a noun is set off by a comma or begins with a relative word."""
    first = clause.left_edge
    return first.i > 0 and (first.doc[first.i - 1].is_punct or first.lower_ in RELATIVE)


def around(token: Token, hole: Range) -> tuple[Range, ...]:
    """The clause that ``token`` comments on, without the comment itself."""
    doc, sent = token.doc, token.sent
    if all(idle(one) for one in doc[sent.start : hole[0]]) or all(
        idle(one) or one.text in QUOTES for one in doc[hole[1] : sent.end]
    ):
        return trimmed(doc, ((sent.start, hole[0]), (hole[1], sent.end)))
    clause = token.head
    while clause.pos_ not in VERBS and clause.dep_ not in {"ROOT", "acl", "relcl", "appos"} and clause.head != clause:
        clause = clause.head
    start, end = clause.left_edge.i, clause.right_edge.i + 1
    if clause.dep_ == "ROOT" or clause.head == clause:
        start, end = clause.sent.start, clause.sent.end
    return trimmed(doc, ((start, min(hole[0], end)), (max(hole[1], start), end)))


def trimmed(doc: Doc, ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """The ranges without leading and trailing punctuation (quotation marks are kept), the empty ones dropped."""
    kept = []
    for start, end in ranges:
        first, last = start, end
        while first < last and idle(doc[first]):
            first += 1
        while last > first and idle(doc[last - 1]):
            last -= 1
        if first < last:
            kept.append((first, last))
    return tuple(kept)


def idle(token: Token) -> bool:
    return token.is_space or (token.is_punct and token.text not in QUOTES)


def has_subject(verb: Token) -> bool:
    return any(child.dep_ in SUBJECTS | PASSIVE_SUBJECTS | {"expl"} for child in verb.children)


def is_first_person(token: Token) -> bool:
    """Whether a word is "I", "we" or a form of them; "US" is a country."""
    return token.lower_ in FIRST_PERSON and token.text != "US"


def is_person(token: Token) -> bool:
    return token.ent_type_ == "PERSON" or token.lower_ in {"he", "she"}
