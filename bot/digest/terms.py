"""Content words made comparable, for likeness of sentences and of events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

STEM_LETTERS = 5  #: "ratify", "ratified" and "ratification" share so many; longer stems part them, shorter ones confuse
_WORD = re.compile(r"[A-Za-z0-9][\w'’-]*")
_POSSESSIVE = re.compile(r"['’]s?$")
_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM"})


def terms(tokens: Iterable[Token]) -> tuple[str, ...]:
    """The stems of the content words, in order, repeats kept."""
    return tuple(
        stem(token.lemma_) for token in tokens if token.pos_ in _CONTENT and not token.is_stop and len(token) > 1
    )


def words(text: str) -> tuple[str, ...]:
    """The stems of the words of a sentence that are no stop words, in order, repeats kept; needs no parse."""
    lower = (_POSSESSIVE.sub("", word.lower()) for word in _WORD.findall(text))
    return tuple(stem(word) for word in lower if len(word) > 1 and word not in _stop_words())


@cache
def _stop_words() -> frozenset[str]:
    """Words that say nothing; taken when they are needed, for a start must not pay the second that spaCy costs."""
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS)


def stem(lemma: str) -> str:
    """The first letters of a word, lower-case."""
    return lemma.lower()[:STEM_LETTERS]
