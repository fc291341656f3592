"""Numbers in running text: digits, words, ranges, comparators, vague quantities. Knows nothing of what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.digest.cardinals import HYPHENS, Cardinal, Word, cardinal_at, word_at
from bot.digest.model import Comparator
from bot.digest.number_words import (
    AFTER,
    AMOUNTS,
    BEFORE,
    CHANGE,
    CLIMBS,
    DELTA,
    DELTA_AFTER,
    FILLERS,
    FRACTIONS,
    LABELS,
    LONGEST,
    MONEY,
    MONEY_CODES,
    MONEY_LANDS,
    QUANTIFIERS,
    SCALES,
    SIGNS,
    SIZES,
    SMALL,
)


class NumeralKind(StrEnum):
    """What sort of words state a quantity."""

    CARDINAL = "cardinal"  #: "10,000", "two dozen", "between 5 and 10", "several hundred", "thousands"
    QUANTIFIER = "quantifier"  #: "several", "some", "a significant number"
    FRACTION = "fraction"  #: "half", "two-thirds", "most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A quantity as printed, with offsets into the text it was read from.

    ``start``..``end`` cover the number alone, ``surface_start``..``surface_end`` its comparator and delta words too.
    ``low`` and ``high`` are the printed number (both), the ends of a range, or None for an open or vague side.
    ``delta``: it comes on top of something ("an additional 300"). ``suffix`` is the lower-cased word that a hyphen ties
    to it ("strong" of "5,000-strong"). ``currency`` is the sign or word of money before or after it.
    """

    start: int
    end: int
    surface_start: int
    surface_end: int
    low: float | None
    high: float | None
    comparator: Comparator
    kind: NumeralKind = NumeralKind.CARDINAL
    delta: bool = False
    percent: bool = False
    suffix: str | None = None
    currency: str | None = None


_TOKEN = re.compile(
    r"\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3})+(?:\.\d+)?(?!\d)|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)|\d+(?:\.\d+)?"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)?|\S"
)
_TELEPHONE = re.compile(r"\b(?:\d{1,3}[-.])?\d{3}[-.]\d{3}[-.]\d{4}\b")
_STEP = 4  #: how many times the first number the second must be for "by 14 to 236" to be a step and where it led


def numerals(text: str) -> tuple[Numeral, ...]:
    """Every quantity of ``text``, in order, without overlap; codes, ordinals, clock times and labels are left out."""
    words = [Word(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    called = [match.span() for match in _TELEPHONE.finditer(text)]
    return tuple(found for found in _scan(words, text) if not any(start <= found.start < end for start, end in called))


def number(text: str) -> float | None:
    """The value of a text that is one plain number ("10,000", "two hundred and five"), else None."""
    found = numerals(text)
    if len(found) != 1 or found[0].start != 0 or found[0].end != len(text) or found[0].low != found[0].high:
        return None
    return found[0].low


def _scan(words: Sequence[Word], text: str) -> Iterator[Numeral]:
    index = 0
    while index < len(words):
        found = _fraction(words, index) or _range(words, index, text) or _quantifier(words, index)
        if found is None:
            cardinal = cardinal_at(words, index)
            if cardinal is None:
                index += 1
                continue
            if _is_label(words, cardinal):
                index = cardinal.last
                continue
            comparator = Comparator.VAGUE if cardinal.value is None else Comparator.EXACT
            found = (
                _numeral(words, cardinal.first, cardinal.last, comparator, low=cardinal.value, high=cardinal.value),
                cardinal.last,
            )
        numeral, index = found
        yield numeral


def _numeral(
    words: Sequence[Word],
    first: int,
    last: int,
    comparator: Comparator,
    *,
    low: float | None = None,
    high: float | None = None,
    kind: NumeralKind = NumeralKind.CARDINAL,
) -> Numeral:
    """A numeral over the words ``first``..``last`` with the comparator, delta and money words around it."""
    start, before, delta, currency = _leftwards(words, first)
    end, after, delta_after, percent, suffix, unit = _rightwards(words, last)
    bound = before or after
    if comparator is Comparator.EXACT and bound is not None:
        comparator = bound
        low = None if bound is Comparator.UP_TO else low
        high = None if bound in {Comparator.AT_LEAST, Comparator.MORE_THAN} else high
    return Numeral(
        start=words[first].start,
        end=words[last - 1].end,
        surface_start=words[start].start,
        surface_end=words[end - 1].end,
        low=low,
        high=high,
        comparator=comparator,
        kind=kind,
        delta=delta or delta_after,
        percent=percent,
        suffix=suffix,
        currency=currency or unit,
    )


def _leftwards(words: Sequence[Word], first: int) -> tuple[int, Comparator | None, bool, str | None]:
    """Where the surface starts, the strongest comparator before the number, whether it is a delta, its currency."""
    start, comparator, delta, currency = first, None, False, None
    at = first
    if at and (words[at - 1].text in SIGNS or words[at - 1].text in MONEY_CODES):
        currency = words[at - 1].text
        at -= 1
        if currency in SIGNS and at and words[at - 1].text in MONEY_LANDS:
            at -= 1
        start = at
    while at:
        if words[at - 1].text in "\"'“‘":
            at -= 1
            continue
        phrase = _phrase_before(words, at)
        if phrase is not None:
            size, found = phrase
            if comparator is None or comparator is Comparator.ABOUT:
                comparator = found
            at -= size
            start = at
            continue
        filler = next((item for item in FILLERS if _ends_with(words, at, item)), None)
        if filler is None:
            break
        at -= len(filler)
        if DELTA.intersection(filler):
            delta = True
            start = at
    return start, comparator, delta, currency


def _phrase_before(words: Sequence[Word], at: int) -> tuple[int, Comparator] | None:
    """The longest comparator phrase that ends at ``at``: how many words, and what it means."""
    for size in range(min(LONGEST, at), 0, -1):
        found = BEFORE.get(tuple(word.lower for word in words[at - size : at]))
        if found is not None:
            moved = size == 2 and words[at - size].lower == "up" and CLIMBS.fullmatch(word_at(words, at - size - 1))
            return None if moved else (size, found)
    return None


def _ends_with(words: Sequence[Word], at: int, phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return at >= size and all(words[at - size + offset].lower == phrase[offset] for offset in range(size))


def _rightwards(words: Sequence[Word], last: int) -> tuple[int, Comparator | None, bool, bool, str | None, str | None]:
    """Where the surface ends, a comparator, delta, per cent, hyphened word and currency after the number."""
    end, comparator, delta, percent, suffix, currency = last, None, False, False, None, None
    for phrase, found in AFTER.items():
        if len(words) - last >= len(phrase) and all(
            words[last + offset].lower == phrase[offset] for offset in range(len(phrase))
        ):
            end, comparator = last + len(phrase), found
            break
    if end < len(words):
        word = words[end].lower
        glued = words[end].start == words[end - 1].end
        if word in {"%", "percent", "pct", "percentage"} or (word == "per" and word_at(words, end + 1) == "cent"):
            percent = True
        elif word in DELTA_AFTER:
            delta = True
            end += word == "more"
        elif word in MONEY or word in SIGNS:
            currency = words[end].text
        elif word in HYPHENS and glued and end + 1 < len(words) and words[end + 1].start == words[end].end:
            suffix = word_at(words, end + 1)
            if suffix in {"percent", "per"}:
                percent = True
    return end, comparator, delta, percent, suffix, currency


def _range(words: Sequence[Word], index: int, text: str) -> tuple[Numeral, int] | None:
    """Two numbers that bound one: "between 5 and 10", "5 to 10", "5-10", "two or three"; None if it is no range."""
    low = cardinal_at(words, index)
    if low is None or low.value is None or low.last + 1 >= len(words) or _is_label(words, low):
        return None
    link = words[low.last].lower
    if link not in {"to", "and", "or"} and link not in HYPHENS:
        return None
    at = low.last + 1
    comparator = _phrase_before_next(words, at)
    at += comparator
    high = cardinal_at(words, at)
    if high is None or high.value is None:
        return None
    first = low.value
    if low.scale == 1 and high.scale > 1 and first < high.value / high.scale and (first < 100 or high.scale > 1000):
        first *= high.scale
    if (
        first < 100
        and high.scale == 1
        and high.value >= 1000 * first
        and high.value % 1000 == 0
        and high.value <= 1000 * first * 4
    ):
        first *= 1000
    between = _between(words, low.first)
    if not first < high.value or (link == "and" and between is None):
        return None
    if link == "or" and not (first + 1 == high.value or high.value <= 2 * first):
        return None
    if link in HYPHENS and (comparator or word_at(words, high.last) in HYPHENS):
        return None
    if (
        link == "to"
        and word_at(words, low.first - 1) == "from"
        and CHANGE.search(text, max(0, words[low.first].start - 60), words[low.first].start)
    ):
        return None
    if link == "to" and word_at(words, low.first - 1) == "by" and high.value > _STEP * first:
        return None
    found = _numeral(words, low.first, high.last, Comparator.BETWEEN, low=first, high=high.value)
    if between is not None:
        found = replace(found, surface_start=min(found.surface_start, words[between].start))
    return found, high.last


def _phrase_before_next(words: Sequence[Word], at: int) -> int:
    """How many comparator words stand at ``at`` inside a range: "5,000 to around 8,000"."""
    for size in range(3, 0, -1):
        if tuple(word.lower for word in words[at : at + size]) in BEFORE:
            return size
    return 0


def _between(words: Sequence[Word], first: int) -> int | None:
    """The index of "between" or "from" before the first number of a range."""
    for back in range(1, 4):
        if word_at(words, first - back) in {"between", "from"}:
            return first - back
    return None


def _quantifier(words: Sequence[Word], index: int) -> tuple[Numeral, int] | None:
    """ "several", "some", "a significant number": a quantity without a number."""
    word = words[index].lower
    if word in {"a", "an", "the"} or word in SIZES:
        at = index + (word in {"a", "an", "the"})
        while word_at(words, at) in SIZES or word_at(words, at) in {"very", "relatively"}:
            at += 1
        if word_at(words, at + 2) in SCALES:  # "a couple of hundred"
            return None
        if word_at(words, at) in AMOUNTS and word_at(words, at + 1) == "of" and (word != "the" or at > index + 1):
            return _numeral(words, index, at + 1, Comparator.VAGUE, kind=NumeralKind.QUANTIFIER), at + 1
        if word in {"a", "an"} and word_at(words, index + 1) == "few" and cardinal_at(words, index + 1) is None:
            return _numeral(words, index, index + 2, Comparator.VAGUE, kind=NumeralKind.QUANTIFIER), index + 2
        return None
    if word in QUANTIFIERS and cardinal_at(words, index) is None:
        if word == "some" and cardinal_at(words, index + 1) is not None:
            return None
        if word_at(words, index - 1) in {"as", "so", "how", "too"}:
            return None
        return _numeral(words, index, index + 1, Comparator.VAGUE, kind=NumeralKind.QUANTIFIER), index + 1
    return None


def _fraction(words: Sequence[Word], index: int) -> tuple[Numeral, int] | None:
    """ "half of", "two-thirds of", "a third of": a share of a whole that is named after it."""
    last = index
    word = words[index].lower
    if word == "half" and cardinal_at(words, index) is None:
        last = index + 1
    elif (word in {"a", "one"} or word in SMALL) and word_at(words, index + 1) in FRACTIONS:
        last = index + 2
    elif word in SMALL and word_at(words, index + 1) in HYPHENS and word_at(words, index + 2) in FRACTIONS:
        last = index + 3
    if last == index or word_at(words, last) != "of":
        return None
    if word_at(words, last + 1) in {"a", "an"} and word_at(words, last + 2) in SCALES:
        return None
    return _numeral(words, index, last, Comparator.VAGUE, kind=NumeralKind.FRACTION), last


def _is_label(words: Sequence[Word], cardinal: Cardinal) -> bool:
    """Whether the number names a thing instead of counting: "Article 51", "Flight 447", "Boeing 737", "No. 5"."""
    at = cardinal.first - 1
    if word_at(words, at) == "." and word_at(words, at - 1) == "no" and words[at - 1].end == words[at].start:
        at -= 1
    if at < 0 or not words[cardinal.first].text[0].isdigit() or words[at].lower not in LABELS:
        return False
    return words[at].text[0].isupper() or words[at].lower in {"article", "resolution", "magnitude"}
