"""Words that somebody watches for, and where an article has them: without case, accents and endings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("'s", ""), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))
_SHORTEST = 3  #: letters that a stem keeps at least
_KEPT = ("ss", "us", "is")  #: endings in which the s belongs to the word

Phrase = tuple[str, ...]
"""Stems of words that stand one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Words to look for, as somebody wrote them.

    ``any_of`` are plain words and phrases, one of which a sentence must have; ``must`` are those that the article must
    have too, ``must_not`` those that it must not. With no plain word, a sentence with one of ``must`` is told.
    """

    any_of: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The watch in the words of the grammar: 'ferry "port of Larne" +strike -football'."""
        signed = [("", self.any_of), ("+", self.must), ("-", self.must_not)]
        return " ".join(f'{sign}"{words}"' if " " in words else sign + words for sign, many in signed for words in many)

    @property
    def mark(self) -> str:
        """What a button calls the watch: # and eight digits, the same for the same words in any process."""
        return f"#{blake2b(self.text.encode(), digest_size=4).hexdigest()}"


def first_sentence(watch: Watch, article: str, sentences: Sequence[str]) -> int | None:
    """The first of an article's sentences that is to be told for a watch; None for none."""
    if not all(_stands_in(words, article) for words in watch.must):
        return None
    if any(_stands_in(words, article) for words in watch.must_not):
        return None
    wanted = [words for words in watch.any_of or watch.must if _stands_in(words, article)]
    if not wanted:
        return None
    return next((i for i, sentence in enumerate(sentences) if stands_in(wanted, sentence)), None)


def stands_in(wanted: Sequence[str], sentence: str) -> bool:
    """Whether a sentence has any of these words and phrases."""
    return any(_stands_in(words, sentence) for words in wanted)


@lru_cache(maxsize=1 << 12)  # many watch for something in the same few articles
def stems(text: str) -> Phrase:
    """The stems of the words of a text, in order."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    is_plain = plain.isascii()
    letters = plain if is_plain else "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(_stem(word) for word in _WORD.findall(letters.replace("'s", "")))


@lru_cache(maxsize=1 << 14)
def _stem(word: str) -> str:
    """A word without the ending that a plural, a past or an -ing form adds, the same for all of its forms."""
    for ending, instead in _ENDINGS:
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= _SHORTEST and not (ending in ("s", "es") and word.endswith(_KEPT)):
            word = bare + instead
            break
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > _SHORTEST else word


@lru_cache(maxsize=1 << 12)
def _places(text: str) -> Mapping[str, Sequence[int]]:
    """Where each stem of a text stands in it."""
    found: dict[str, list[int]] = {}
    for place, word in enumerate(stems(text)):
        found.setdefault(word, []).append(place)
    return found


def _stands_in(words: str, text: str) -> bool:
    phrase, whole = stems(words), stems(text)
    return any(whole[at : at + len(phrase)] == phrase for at in _places(text).get(phrase[0], ()))
