"""What a later version of an article says that the earlier did not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ALIKE = 0.5  #: words in common, of all words of both, from which a sentence was altered and not replaced
MOST_COMPARED = 3_000  #: sentences of one version
_WORD = re.compile(r"\w+")
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Maj|Capt|Sgt|St|No|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Dec)|\b[A-Z])\.$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A sentence that is new."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A sentence that is gone."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """A sentence that says something else now: another number, another name, a word more."""

    before: str
    after: str


Change = Added | Removed | Altered


def changed(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...]:
    """What became of the sentences of one version in the next, in the order of the next.

    A sentence that only moved, or differs in white space alone, is no change. Beyond ``MOST_COMPARED`` sentences the
    rest of a version is not looked at.
    """
    old = [" ".join(sentence.split()) for sentence in before[:MOST_COMPARED]]
    new = [" ".join(sentence.split()) for sentence in after[:MOST_COMPARED]]
    stays = set(old) & set(new)
    changes: list[Change] = []
    for kind, i, j, k, l in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():  # noqa: E741
        if kind != "equal":
            gone = [sentence for sentence in old[i:j] if sentence not in stays]
            come = [sentence for sentence in new[k:l] if sentence not in stays]
            changes += _paired(gone, come)
    return tuple(changes)


def sentences(text: str) -> list[str]:
    """The sentences of ``text`` as far as full stops tell; for texts that the language model has not read."""
    found: list[str] = []
    begin = 0
    for match in _END.finditer(text):
        piece = text[begin : match.end()].rstrip()
        if _ABBREVIATED.search(piece) and "\n" not in match[0]:
            continue
        found.append(piece)
        begin = match.end()
    found.append(text[begin:])
    return [sentence.strip() for sentence in found if sentence.strip()]


def _paired(gone: list[str], come: list[str]) -> list[Change]:
    """Each sentence that came with the one it replaces, if any; what has no partner was added or removed."""
    left = list(gone)
    changes: list[Change] = []
    for sentence in come:
        partner = max(left, key=lambda other: _alike(other, sentence), default=None)
        if partner is not None and _alike(partner, sentence) >= ALIKE:
            left.remove(partner)
            changes.append(Altered(before=partner, after=sentence))
        else:
            changes.append(Added(sentence=sentence))
    return [*changes, *(Removed(sentence=sentence) for sentence in left)]


def _alike(one: str, other: str) -> float:
    """From 0 to 1: the words both have, of all they have."""
    first, second = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    return len(first & second) / len(first | second) if first or second else 0.0
