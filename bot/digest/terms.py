"""Content words made comparable, for likeness of sentences and of events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

STEM_LETTERS = 5  #: "ratify", "ratified" and "ratification" share so many; longer stems part them, shorter ones confuse
_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM"})


def terms(tokens: Iterable[Token]) -> tuple[str, ...]:
    """The stems of the content words, in order, repeats kept."""
    return tuple(
        stem(token.lemma_) for token in tokens if token.pos_ in _CONTENT and not token.is_stop and len(token) > 1
    )


def stem(lemma: str) -> str:
    """The first letters of a word, lower-case."""
    return lemma.lower()[:STEM_LETTERS]
