"""One number in digits or words: "10,000", "two hundred and five", "a few thousand", "half a million"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.digest.number_words import DELTA, GLUED, MONEY_CODES, NOT_ONE, SCALES, SEVERAL, SMALL, TENS, VAGUE_PLURALS

_DIGITS_GROUP = re.compile(r"[,\u00a0\u202f\u2009]")
HYPHENS = frozenset("-‑–—")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number or mark of a text, with its half-open offsets there."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Cardinal:
    """Words ``first``..``last`` (half-open) and what they are worth; None for "several hundred" and "thousands"."""

    first: int
    last: int
    value: float | None
    scale: float = 1.0


def cardinal_at(words: Sequence[Word], index: int) -> Cardinal | None:
    """The number that begins at ``index``, as long as it goes."""
    if index >= len(words):
        return None
    word = words[index]
    lower = word.lower
    if word.text[0].isdigit():
        return _digits(words, index)
    if lower in VAGUE_PLURALS:
        return _vague_plural(words, index)
    if lower == "half" and word_at(words, index + 1) in {"a", "-"}:
        return _half(words, index)
    if lower in DELTA and word_at(words, index + 1) in {"hundred", "thousand", "million", "billion", "dozen"}:
        found = _spelled(words, index)
        return replace(found, first=index + 1)
    if lower in {"a", "an"}:
        return _after_article(words, index)
    if lower in SEVERAL:
        at = index + 1
        if word_at(words, at) == "of" and lower == "couple":
            at += 1
        if word_at(words, at) in SCALES:
            while word_at(words, at) in SCALES:
                at += 1
            return Cardinal(index, at, None)
        return None
    if lower in SMALL or lower in TENS:
        relative = word_at(words, index - 1) == "which" and word_at(words, index - 2) in {"in", "of", "during"}
        unsaid = lower == "one" and word_at(words, index - 1) in NOT_ONE and not relative
        return None if unsaid else _spelled(words, index)
    return None


def _after_article(words: Sequence[Word], index: int) -> Cardinal | None:
    """ "a hundred", "a dozen", "a few thousand", "a quarter of a million"."""
    following = word_at(words, index + 1)
    if following in SEVERAL:
        found = cardinal_at(words, index + 1)
        return None if found is None else replace(found, first=index)
    if following == "quarter" and word_at(words, index + 2) == "of" and word_at(words, index + 3) == "a":
        scale = SCALES.get(word_at(words, index + 4))
        return None if scale is None else Cardinal(index, index + 5, scale / 4, scale)
    if following in {"hundred", "thousand", "million", "billion", "trillion", "dozen", "lakh", "crore"}:
        return _spelled(words, index)
    if following == "score" and word_at(words, index + 2) == "of":
        return Cardinal(index, index + 2, 20.0)
    return None


def _half(words: Sequence[Word], index: int) -> Cardinal | None:
    """ "half a million", "half-a-dozen"."""
    at = index + 1
    while word_at(words, at) in {"a", "-"}:
        at += 1
    scale = SCALES.get(word_at(words, at))
    return None if scale is None else Cardinal(index, at + 1, scale / 2, scale)


def _vague_plural(words: Sequence[Word], index: int) -> Cardinal | None:
    """ "dozens", "tens of thousands", "hundreds and hundreds"; "tens" alone needs its "of"."""
    at = index + 1
    while word_at(words, at) in {"of", "and", "upon", "or", "to"} and word_at(words, at + 1) in VAGUE_PLURALS:
        at += 2
    if words[index].lower == "scores" and word_at(words, at) not in {
        "of",
        "more",
        "killed",
        "dead",
        "were",
        "wounded",
        "injured",
    }:
        return None
    return Cardinal(index, at, None)


def _digits(words: Sequence[Word], index: int) -> Cardinal | None:
    """A number that begins with digits, with scale words or glued letters; None for codes, ordinals, times, dates."""
    word = words[index]
    if _is_list_mark(words, index):
        return None
    if index:
        previous = words[index - 1]
        if previous.text == "#":
            return None
        if previous.end == word.start:
            glued_hyphen = previous.text in HYPHENS and index > 1 and words[index - 2].end == previous.start
            if previous.text[-1].isalnum() and previous.text not in MONEY_CODES:
                return None
            if glued_hyphen and words[index - 2].text[-1].isalpha() and previous.text == "-":
                return None
            if (
                previous.text in {":", "/", ".", "#", "_", "'", "’"}
                and index > 1
                and words[index - 2].end == previous.start
            ):
                return None
    value = float(_DIGITS_GROUP.sub("", word.text))
    at, scale = index + 1, 1.0
    if at < len(words) and words[at].start == word.end:
        following = words[at]
        if following.text[0].isalpha():
            factor = GLUED.get(following.lower)
            if factor is None:
                return None
            return Cardinal(index, at + 1, value * factor, factor)
        if (
            following.text in {":", "/"}
            and at + 1 < len(words)
            and words[at + 1].start == following.end
            and words[at + 1].text[0].isdigit()
        ):
            return None
    if word_at(words, at) in HYPHENS and word_at(words, at + 1) in SCALES:
        at += 1
    while word_at(words, at) in SCALES:
        scale *= SCALES[word_at(words, at)]
        at += 1
    return Cardinal(index, at, value * scale, scale)


def _is_list_mark(words: Sequence[Word], index: int) -> bool:
    """Whether a number only marks an item of a list: "3) more troops"."""
    closed = word_at(words, index + 1) == ")" and words[index].end == words[index + 1].start
    return closed and "(" not in {word_at(words, index - 1), word_at(words, index - 2)}


def _spelled(words: Sequence[Word], index: int) -> Cardinal:
    """A number in words: "two hundred and fifty thousand", "one and a half million"; ``index`` is at its start."""
    total, current, scale = 0.0, 0.0, 1.0
    at = index
    if words[at].lower in {"a", "an"} or words[at].lower in DELTA:
        current, at = 1.0, at + 1
    while at < len(words):
        word = words[at].lower
        if word in TENS and current % 100 == 0:
            current += TENS[word]
            scale = 1.0
        elif word in SMALL and (current % 100 == 0 or (current % 10 == 0 and current % 100 >= 20 and SMALL[word] < 10)):
            current += SMALL[word]
            scale = 1.0
        elif word in {"hundred", "dozen"} and current:
            current *= SCALES[word]
            scale = SCALES[word]
        elif word in SCALES and current:
            total += current * SCALES[word]
            current, scale = 0.0, SCALES[word]
        elif (word in HYPHENS and at > index and _continues(words, at)) or (
            word == "and" and at > index and words[at - 1].lower in SCALES and _is_spelled(words, at + 1)
        ):
            pass
        elif word == "and" and word_at(words, at + 1) == "a" and word_at(words, at + 2) == "half":
            current += 0.5
            at += 2
        else:
            break
        at += 1
    return Cardinal(index, at, total + current, scale)


def _continues(words: Sequence[Word], at: int) -> bool:
    """Whether a hyphen at ``at`` ties two parts of one number word: "twenty-three", "two-hundred"."""
    before, after = words[at - 1].lower, word_at(words, at + 1)
    return (before in TENS and after in SMALL and 0 < SMALL[after] < 10) or after in SCALES


def _is_spelled(words: Sequence[Word], at: int) -> bool:
    """Whether "and" may be inside a number: the next word is a small number and no noun of its own follows the last."""
    word = word_at(words, at)
    return word in SMALL or word in TENS


def word_at(words: Sequence[Word], index: int) -> str:
    """The lower-cased word at ``index``; empty outside the text."""
    return words[index].lower if 0 <= index < len(words) else ""
