"""Numbers in running text: digits, words, ranges, comparators, vague quantities. Knows nothing of what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

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
    GLUED,
    LABELS,
    LONGEST,
    MONEY,
    MONEY_CODES,
    MONEY_LANDS,
    NOT_ONE,
    QUANTIFIERS,
    SCALES,
    SEVERAL,
    SIGNS,
    SIZES,
    SMALL,
    TENS,
    VAGUE_PLURALS,
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
_DIGITS_GROUP = re.compile(r"[,\u00a0\u202f\u2009]")
_HYPHENS = frozenset("-‑–—")
_STEP = 4  #: how many times the first number the second must be for "by 14 to 236" to be a step and where it led


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class _Cardinal:
    """Words ``first``..``last`` (half-open) and what they are worth; None for "several hundred" and "thousands"."""

    first: int
    last: int
    value: float | None
    scale: float = 1.0


def numerals(text: str) -> tuple[Numeral, ...]:
    """Every quantity of ``text``, in order, without overlap; codes, ordinals, clock times and labels are left out."""
    words = [_Word(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    return tuple(_scan(words, text))


def number(text: str) -> float | None:
    """The value of a text that is one plain number ("10,000", "two hundred and five"), else None."""
    found = numerals(text)
    if len(found) != 1 or found[0].start != 0 or found[0].end != len(text) or found[0].low != found[0].high:
        return None
    return found[0].low


def _scan(words: Sequence[_Word], text: str) -> Iterator[Numeral]:
    index = 0
    while index < len(words):
        found = _fraction(words, index) or _range(words, index, text) or _quantifier(words, index)
        if found is None:
            cardinal = _cardinal(words, index)
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
    words: Sequence[_Word],
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


def _leftwards(words: Sequence[_Word], first: int) -> tuple[int, Comparator | None, bool, str | None]:
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


def _phrase_before(words: Sequence[_Word], at: int) -> tuple[int, Comparator] | None:
    """The longest comparator phrase that ends at ``at``: how many words, and what it means."""
    for size in range(min(LONGEST, at), 0, -1):
        found = BEFORE.get(tuple(word.lower for word in words[at - size : at]))
        if found is not None:
            moved = size == 2 and words[at - size].lower == "up" and CLIMBS.fullmatch(_at(words, at - size - 1))
            return None if moved else (size, found)
    return None


def _ends_with(words: Sequence[_Word], at: int, phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return at >= size and all(words[at - size + offset].lower == phrase[offset] for offset in range(size))


def _rightwards(words: Sequence[_Word], last: int) -> tuple[int, Comparator | None, bool, bool, str | None, str | None]:
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
        if word in {"%", "percent", "pct", "percentage"} or (word == "per" and _at(words, end + 1) == "cent"):
            percent = True
        elif word in DELTA_AFTER:
            delta = True
            end += word == "more"
        elif word in MONEY or word in SIGNS:
            currency = words[end].text
        elif word in _HYPHENS and glued and end + 1 < len(words) and words[end + 1].start == words[end].end:
            suffix = _at(words, end + 1)
            if suffix in {"percent", "per"}:
                percent = True
    return end, comparator, delta, percent, suffix, currency


def _at(words: Sequence[_Word], index: int) -> str:
    return words[index].lower if 0 <= index < len(words) else ""


def _range(words: Sequence[_Word], index: int, text: str) -> tuple[Numeral, int] | None:
    """Two numbers that bound one: "between 5 and 10", "5 to 10", "5-10", "two or three"; None if it is no range."""
    low = _cardinal(words, index)
    if low is None or low.value is None or low.last + 1 >= len(words) or _is_label(words, low):
        return None
    link = words[low.last].lower
    if link not in {"to", "and", "or"} and link not in _HYPHENS:
        return None
    at = low.last + 1
    comparator = _phrase_before_next(words, at)
    at += comparator
    high = _cardinal(words, at)
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
    if link in _HYPHENS and (comparator or _at(words, high.last) in _HYPHENS):
        return None
    if (
        link == "to"
        and _at(words, low.first - 1) == "from"
        and CHANGE.search(text, max(0, words[low.first].start - 60), words[low.first].start)
    ):
        return None
    if link == "to" and _at(words, low.first - 1) == "by" and high.value > _STEP * first:
        return None
    found = _numeral(words, low.first, high.last, Comparator.BETWEEN, low=first, high=high.value)
    if between is not None:
        found = replace(found, surface_start=min(found.surface_start, words[between].start))
    return found, high.last


def _phrase_before_next(words: Sequence[_Word], at: int) -> int:
    """How many comparator words stand at ``at`` inside a range: "5,000 to around 8,000"."""
    for size in range(3, 0, -1):
        if tuple(word.lower for word in words[at : at + size]) in BEFORE:
            return size
    return 0


def _between(words: Sequence[_Word], first: int) -> int | None:
    """The index of "between" or "from" before the first number of a range."""
    for back in range(1, 4):
        if _at(words, first - back) in {"between", "from"}:
            return first - back
    return None


def _quantifier(words: Sequence[_Word], index: int) -> tuple[Numeral, int] | None:
    """ "several", "some", "a significant number": a quantity without a number."""
    word = words[index].lower
    if word in {"a", "an", "the"} or word in SIZES:
        at = index + (word in {"a", "an", "the"})
        while _at(words, at) in SIZES or _at(words, at) in {"very", "relatively"}:
            at += 1
        if _at(words, at + 2) in SCALES:  # "a couple of hundred"
            return None
        if _at(words, at) in AMOUNTS and _at(words, at + 1) == "of" and (word != "the" or at > index + 1):
            return _numeral(words, index, at + 1, Comparator.VAGUE, kind=NumeralKind.QUANTIFIER), at + 1
        if word in {"a", "an"} and _at(words, index + 1) == "few" and _cardinal(words, index + 1) is None:
            return _numeral(words, index, index + 2, Comparator.VAGUE, kind=NumeralKind.QUANTIFIER), index + 2
        return None
    if word in QUANTIFIERS and _cardinal(words, index) is None:
        if word == "some" and _cardinal(words, index + 1) is not None:
            return None
        if _at(words, index - 1) in {"as", "so", "how", "too"}:
            return None
        return _numeral(words, index, index + 1, Comparator.VAGUE, kind=NumeralKind.QUANTIFIER), index + 1
    return None


def _fraction(words: Sequence[_Word], index: int) -> tuple[Numeral, int] | None:
    """ "half of", "two-thirds of", "a third of": a share of a whole that is named after it."""
    last = index
    word = words[index].lower
    if word == "half" and _cardinal(words, index) is None:
        last = index + 1
    elif (word in {"a", "one"} or word in SMALL) and _at(words, index + 1) in FRACTIONS:
        last = index + 2
    elif word in SMALL and _at(words, index + 1) in _HYPHENS and _at(words, index + 2) in FRACTIONS:
        last = index + 3
    if last == index or _at(words, last) != "of":
        return None
    if _at(words, last + 1) in {"a", "an"} and _at(words, last + 2) in SCALES:
        return None
    return _numeral(words, index, last, Comparator.VAGUE, kind=NumeralKind.FRACTION), last


def _cardinal(words: Sequence[_Word], index: int) -> _Cardinal | None:
    """The number that begins at ``index``, as long as it goes."""
    if index >= len(words):
        return None
    word = words[index]
    lower = word.lower
    if word.text[0].isdigit():
        return _digits(words, index)
    if lower in VAGUE_PLURALS:
        return _vague_plural(words, index)
    if lower == "half" and _at(words, index + 1) in {"a", "-"}:
        return _half(words, index)
    if lower in DELTA and _at(words, index + 1) in {"hundred", "thousand", "million", "billion", "dozen"}:
        found = _spelled(words, index)
        return replace(found, first=index + 1)
    if lower in {"a", "an"}:
        return _after_article(words, index)
    if lower in SEVERAL:
        at = index + 1
        if _at(words, at) == "of" and lower == "couple":
            at += 1
        if _at(words, at) in SCALES:
            while _at(words, at) in SCALES:
                at += 1
            return _Cardinal(index, at, None)
        return None
    if lower in SMALL or lower in TENS:
        relative = _at(words, index - 1) == "which" and _at(words, index - 2) in {"in", "of", "during"}
        unsaid = lower == "one" and _at(words, index - 1) in NOT_ONE and not relative
        return None if unsaid else _spelled(words, index)
    return None


def _after_article(words: Sequence[_Word], index: int) -> _Cardinal | None:
    """ "a hundred", "a dozen", "a few thousand", "a quarter of a million"."""
    following = _at(words, index + 1)
    if following in SEVERAL:
        found = _cardinal(words, index + 1)
        return None if found is None else replace(found, first=index)
    if following == "quarter" and _at(words, index + 2) == "of" and _at(words, index + 3) == "a":
        scale = SCALES.get(_at(words, index + 4))
        return None if scale is None else _Cardinal(index, index + 5, scale / 4, scale)
    if following in {"hundred", "thousand", "million", "billion", "trillion", "dozen", "lakh", "crore"}:
        return _spelled(words, index)
    if following == "score" and _at(words, index + 2) == "of":
        return _Cardinal(index, index + 2, 20.0)
    return None


def _half(words: Sequence[_Word], index: int) -> _Cardinal | None:
    """ "half a million", "half-a-dozen"."""
    at = index + 1
    while _at(words, at) in {"a", "-"}:
        at += 1
    scale = SCALES.get(_at(words, at))
    return None if scale is None else _Cardinal(index, at + 1, scale / 2, scale)


def _vague_plural(words: Sequence[_Word], index: int) -> _Cardinal | None:
    """ "dozens", "tens of thousands", "hundreds and hundreds"; "tens" alone needs its "of"."""
    at = index + 1
    while _at(words, at) in {"of", "and", "upon", "or", "to"} and _at(words, at + 1) in VAGUE_PLURALS:
        at += 2
    if words[index].lower == "scores" and _at(words, at) not in {
        "of",
        "more",
        "killed",
        "dead",
        "were",
        "wounded",
        "injured",
    }:
        return None
    return _Cardinal(index, at, None)


def _digits(words: Sequence[_Word], index: int) -> _Cardinal | None:
    """A number that begins with digits, with scale words or glued letters; None for codes, ordinals, times, dates."""
    word = words[index]
    if _is_list_mark(words, index):
        return None
    if index:
        previous = words[index - 1]
        if previous.text == "#":
            return None
        if previous.end == word.start:
            glued_hyphen = previous.text in _HYPHENS and index > 1 and words[index - 2].end == previous.start
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
            return _Cardinal(index, at + 1, value * factor, factor)
        if (
            following.text in {":", "/"}
            and at + 1 < len(words)
            and words[at + 1].start == following.end
            and words[at + 1].text[0].isdigit()
        ):
            return None
    if _at(words, at) in _HYPHENS and _at(words, at + 1) in SCALES:
        at += 1
    while _at(words, at) in SCALES:
        scale *= SCALES[_at(words, at)]
        at += 1
    return _Cardinal(index, at, value * scale, scale)


def _is_list_mark(words: Sequence[_Word], index: int) -> bool:
    """Whether a number only marks an item of a list: "3) more troops"."""
    closed = _at(words, index + 1) == ")" and words[index].end == words[index + 1].start
    return closed and "(" not in {_at(words, index - 1), _at(words, index - 2)}


def _spelled(words: Sequence[_Word], index: int) -> _Cardinal:
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
        elif (word in _HYPHENS and at > index and _continues(words, at)) or (
            word == "and" and at > index and words[at - 1].lower in SCALES and _is_spelled(words, at + 1)
        ):
            pass
        elif word == "and" and _at(words, at + 1) == "a" and _at(words, at + 2) == "half":
            current += 0.5
            at += 2
        else:
            break
        at += 1
    return _Cardinal(index, at, total + current, scale)


def _continues(words: Sequence[_Word], at: int) -> bool:
    """Whether a hyphen at ``at`` ties two parts of one number word: "twenty-three", "two-hundred"."""
    before, after = words[at - 1].lower, _at(words, at + 1)
    return (before in TENS and after in SMALL and 0 < SMALL[after] < 10) or after in SCALES


def _is_spelled(words: Sequence[_Word], at: int) -> bool:
    """Whether "and" may be inside a number: the next word is a small number and no noun of its own follows the last."""
    word = _at(words, at)
    return word in SMALL or word in TENS


def _is_label(words: Sequence[_Word], cardinal: _Cardinal) -> bool:
    """Whether the number names a thing instead of counting: "Article 51", "Flight 447", "Boeing 737", "No. 5"."""
    at = cardinal.first - 1
    if _at(words, at) == "." and _at(words, at - 1) == "no" and words[at - 1].end == words[at].start:
        at -= 1
    if at < 0 or not words[cardinal.first].text[0].isdigit() or words[at].lower not in LABELS:
        return False
    return words[at].text[0].isupper() or words[at].lower in {"article", "resolution", "magnitude"}
