"""Doubts about a number beyond its comparator, and the phrase that says it includes others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.digest.counting import Counted, Tokens

if TYPE_CHECKING:
    from spacy.tokens import Token

    from bot.digest.predicates import Status

_HEDGES = frozenset(
    """
    reportedly allegedly apparently supposedly purportedly possibly probably likely perhaps unconfirmed believed
    thought feared presumed suspected alleged reported rumoured rumored potentially
    """.split()
)
_HEDGE_PHRASES = re.compile(
    r"\b(?:it is (?:believed|thought|feared|understood|reported|claimed)|"
    r"(?:are|is|were|was) (?:believed|thought|feared|said|reported|presumed) to)\b",
    re.IGNORECASE,
)
_INCLUSIVE = frozenset({"including", "inclusive", "counting"})
_EDGES = frozenset({",", ";", ":", ".", "(", ")", '"', "—", "–", "--"})


def hedges(counted: Counted, status: Status | None, first: int, last: int) -> Iterator[Tokens]:
    """Doubts about the number or its status beyond the comparator."""
    doc = counted.doc
    start = max(first, counted.before - 4)
    end = min(
        last,
        max(
            counted.end + 4,
            status.token.i + 1 if status is not None and counted.end <= status.token.i < counted.end + 9 else 0,
        ),
    )
    for token in doc[start:end]:
        if token.lower_ in _HEDGES and not counted.before <= token.i < counted.last and not _reports(token):
            yield Tokens(doc, token.i, token.i + 1)
    for match in _HEDGE_PHRASES.finditer(doc[first : counted.before].text if counted.before > first else ""):
        offset = doc[first].idx
        part = doc.char_span(offset + match.start(), offset + match.end())
        if part is not None:
            yield Tokens(doc, part.start, part.end)


def _reports(token: Token) -> bool:
    """Whether a word such as "reported" is somebody's reporting and no doubt: "the mayor reported that"."""
    return token.tag_ in {"VBD", "VBP", "VBZ"} and any(child.dep_ == "nsubj" for child in token.lefts)


def includes(counted: Counted, last: int) -> Tokens | None:
    """The phrase that says the number holds others: "inclusive of the reserve", "including women"; not a number."""
    doc = counted.doc
    for at in range(counted.end, min(last, counted.end + 4)):
        if doc[at].lower_ in _INCLUSIVE:
            end = at + 1
            while end < last and doc[end].text not in _EDGES and doc[end].pos_ not in {"VERB", "AUX", "SCONJ"}:
                if doc[end].pos_ == "NUM" or doc[end].like_num:
                    return None
                end += 1
            return Tokens(doc, at, end) if end > at + 1 else None
        if doc[at].text != ",":
            return None
    return None
