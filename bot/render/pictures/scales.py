"""Where numbers and days lie on an axis from 0 to 1, and which of them are labelled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bot.render.pictures.values import Axis, Tick
from bot.render.words import number as written
from bot.render.words import phrase, say

WIDE = 25.0  #: largest by smallest number from which on an axis is logarithmic
MOST_TICKS = 4
ROOM = 0.04  #: of the axis, kept free at its end
LEFT_OUT = 1.5  #: a stretch without events is left out when it is so many times as long as all that is left
SHOWN_OF_A_GAP = 0.06  #: of the axis, for a stretch that is left out
SHORTEST_GAP = 21  #: days that are left out
MOST_BREAKS = 3
_STEPS = (1.0, 2.0, 2.5, 5.0)
# translators: large round numbers on an axis: trillions, billions, millions
_LARGE = ((1e12, phrase("{amount} tn")), (1e9, phrase("{amount} bn")), (1e6, phrase("{amount} M")))
_ADDED = 24  #: days that a stretch of days gains, in all, by this part of its length at either end


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberScale:
    """An axis for numbers; ``place`` of a number that it was made for lies within 0..1."""

    axis: Axis
    is_logarithmic: bool
    place: Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayScale:
    """An axis for days; ``begins`` and ``ends`` are where a day begins and ends on it, kept within 0..1."""

    axis: Axis
    begins: Callable[[date], float]
    ends: Callable[[date], float]


def number_scale(numbers: Iterable[float]) -> NumberScale:
    """An axis for numbers from 0 up: from zero, or logarithmic where they are of very different sizes.

    Raises:
        ValueError: there are none, or one is negative.
    """
    found = sorted(set(numbers))
    if not found or found[0] < 0:
        raise ValueError(f"expected numbers from 0 up, got {found[:1]}")
    positive = [number for number in found if number > 0]
    if positive and positive[-1] / positive[0] >= WIDE:
        return _logarithmic(positive[0], positive[-1], has_zero=found[0] == 0)
    return _linear(found[-1] or 1.0)


def _linear(highest: float) -> NumberScale:
    step = _step(highest / (MOST_TICKS - 1))
    end = max(highest / (1 - ROOM), step)

    def place(number: float) -> float:
        return min(number / end, 1.0)

    count = int(end / step + 1e-9)
    ticks = tuple(Tick(at=place(step * index), label=short(step * index)) for index in range(count + 1))
    return NumberScale(axis=Axis(ticks=ticks), is_logarithmic=False, place=place)


def _logarithmic(lowest: float, highest: float, *, has_zero: bool) -> NumberScale:
    """Powers of ten; a zero has a place of its own, before a break."""
    first, last = math.floor(math.log10(lowest)), math.ceil(math.log10(highest))
    begin = 0.12 if has_zero else 0.0
    span = last - first

    def place(number: float) -> float:
        return 0.0 if number <= 0 else begin + (1 - begin) * (math.log10(number) - first) / span

    every = math.ceil(span / (MOST_TICKS - 1))
    powers = range(first, last + 1, every)
    ticks = [Tick(at=0.0, label="0")] if has_zero else []
    ticks += [Tick(at=place(10.0**power), label=short(10.0**power)) for power in powers]
    breaks = (begin / 2,) if has_zero else ()
    return NumberScale(axis=Axis(ticks=tuple(ticks), breaks=breaks), is_logarithmic=True, place=place)


def _step(rough: float) -> float:
    """The round number that is not below ``rough``."""
    size: float = 10.0 ** math.floor(math.log10(rough))
    return next((size * step for step in _STEPS if size * step >= rough * 0.999), size * 10)


def short(number: float) -> str:
    """A round number as an axis prints it: "20,000", "2.5 M"."""
    for size, words in _LARGE:
        if number >= size:
            return say(words, amount=_plain(number / size))
    return _plain(number)


def _plain(number: float) -> str:
    return written(int(number)) if number == int(number) else f"{number:.12g}"


def day_scale(stretches: Sequence[tuple[date, date]], *, are_wide: bool = False) -> DayScale:
    """An axis for stretches of days, both ends included; long gaps between them are left out.

    ``are_wide``: a day that is labelled is so at its middle, where its dot stands, and not where it begins.

    Raises:
        ValueError: there are none.
    """
    if not stretches:
        raise ValueError("expected days, got none")
    spells = _spells(sorted(stretches))
    gap = SHOWN_OF_A_GAP if len(spells) > 1 else 0.0
    lengths = [math.sqrt((last - first).days + 1) for first, last in spells]
    room = 1 - gap * (len(spells) - 1)
    edges: list[tuple[date, date, float, float]] = []
    at = 0.0
    for (first, last), length in zip(spells, lengths, strict=True):
        end = at + room * length / math.fsum(lengths)
        edges.append((first, last + timedelta(days=1), at, min(end, 1.0)))
        at = end + gap

    def place(day: date) -> float:
        for first, after, begin, end in edges:
            if day < first:
                return begin
            if day <= after:
                return begin + (end - begin) * ((day - first).days / (after - first).days)
        return 1.0

    def ends(day: date) -> float:
        return place(day + timedelta(days=1)) if day < date.max else 1.0

    breaks = tuple((one[3] + other[2]) / 2 for one, other in pairwise(edges))
    return DayScale(axis=Axis(ticks=_day_ticks(edges, place, are_wide), breaks=breaks), begins=place, ends=ends)


def _spells(stretches: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The stretches joined into those that are shown, some room around each; the longest gaps are left out."""
    joined: list[tuple[date, date]] = []
    for first, last in stretches:
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    gaps = sorted(((other[0] - one[1]).days for one, other in pairwise(joined)), reverse=True)
    whole = (joined[-1][1] - joined[0][0]).days + 1
    smallest = whole
    for gap in gaps[:MOST_BREAKS]:
        if gap < max(LEFT_OUT * (whole - gap), SHORTEST_GAP):
            break
        whole -= gap
        smallest = gap
    merged = [joined[0]]
    for first, last in joined[1:]:
        if (first - merged[-1][1]).days >= smallest:
            merged.append((first, last))
        else:
            merged[-1] = (merged[-1][0], last)
    return [_with_room(first, last) for first, last in merged]


def _with_room(first: date, last: date) -> tuple[date, date]:
    room = timedelta(days=((last - first).days + 1) // _ADDED)
    return (first - room if first - date.min > room else first, last + room if date.max - last > room else last)


def _day_ticks(
    edges: Sequence[tuple[date, date, float, float]], place: Callable[[date], float], are_wide: bool
) -> tuple[Tick, ...]:
    """A few round days of each stretch, its finest unit that gives no more than there is room for."""
    ticks: list[Tick] = []
    for first, after, begin, end in edges:
        most = max(1, round(MOST_TICKS * (end - begin)))
        if days := _labelled_days(first, after, most):
            aside = (end - begin) / (after - first).days / 2 if are_wide else 0.0
            ticks += [Tick(at=place(day) + aside, label=say("{day:d MMM}", day=day)) for day in days]
        else:
            ticks += [Tick(at=place(day), label=label) for day, label in _round_days(first, after, most)]
    return tuple(ticks)


def _labelled_days(first: date, after: date, most: int) -> list[date]:
    """Up to ``most`` days of a short stretch; none of one that is better labelled by months."""
    span = (after - first).days
    days = [first + timedelta(days=count) for count in range(span)] if span <= 62 else []
    return next((days[::every] for every in (1, 2, 5, 7, 10, 14) if days and len(days[::every]) <= most), [])


def _round_days(first: date, after: date, most: int) -> list[tuple[date, str]]:
    """Up to ``most`` first days of months or years with their labels."""
    months = [date(year, month, 1) for year in range(first.year, after.year + 1) for month in range(1, 13)]
    inside = [month for month in months if first <= month < after]
    for every in (1, 2, 3, 6):
        found = [month for month in inside if (month.month - 1) % every == 0]
        if found and len(found) <= most:
            return [
                (month, say("{month:LLL y}" if most < 3 or month.month == 1 else "{month:LLL}", month=month))
                for month in found
            ]
    years = [month for month in inside if month.month == 1]
    for every in (1, 2, 5, 10, 20, 50, 100):
        found = [year for year in years if year.year % every == 0]
        if found and len(found) <= most:
            return [(year, str(year.year)) for year in found]
    return [(first, _month(first, with_year=True))]


def _month(month: date, *, with_year: bool) -> str:
    return say("{month:LLL y}", month=month) if with_year else say("{month:LLL}", month=month)
