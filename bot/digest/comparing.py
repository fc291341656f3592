"""How figures stand to each other: what measures the same thing, what agrees, what cannot both be right."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.digest.model import Claim, Comparator, Figure, FigureGroup, Finding, FindingKind, Grain, Reality

ABOUT = 0.04  #: "about 1,000" is taken to mean 960 to 1,040 when numbers are compared, and for nothing else
NEARLY = 0.10  #: "nearly 1,000" is taken to mean 900 to 1,000 when numbers are compared
_LONG = frozenset({Grain.YEAR, Grain.DECADE, Grain.CENTURY})
NEAR_NUMBERS = 1.5  #: the same source's numbers for places that differ are compared while their ratio is no larger


def groups(claims: Sequence[Claim]) -> tuple[FigureGroup, ...]:
    """The claims by what they measure, the most told first."""
    found: dict[tuple[str, str | None, str | None, str | None], list[int]] = defaultdict(list)
    for index, claim in enumerate(claims):
        if claim.figure.same_as is None:
            figure = claim.figure
            found[(figure.tracker, figure.whose_key, figure.place_key, figure.measure)].append(index)
    ranked = sorted(found.items(), key=lambda item: (-len({claims[i].citation.source for i in item[1]}), item[1][0]))
    return tuple(
        FigureGroup(tracker=tracker, whose=whose, place=place, status=status, claims=tuple(indices))
        for (tracker, whose, place, status), indices in ranked
    )


def findings(claims: Sequence[Claim]) -> tuple[Finding, ...]:
    """Every conflict and agreement among comparable claims, conflicts first."""
    found: list[Finding] = []
    for comparable in _comparable(claims):
        found += _same_source(claims, comparable)
        found += _incompatible(claims, comparable)
        found += _part_exceeds(claims, comparable)
        found += _same_number(claims, comparable)
        found += _composition_and_hedge(claims, comparable)
    order = list(FindingKind)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (order.index(finding.kind), finding.claims)))


def bounds(figure: Figure) -> tuple[float, float]:
    """The numbers a figure may mean, for comparison only; a vague one may mean any."""
    low, high = figure.low, figure.high
    match figure.comparator:
        case Comparator.VAGUE:
            return 0.0, math.inf
        case Comparator.AT_LEAST | Comparator.MORE_THAN:
            return low or 0.0, math.inf
        case Comparator.UP_TO:
            return 0.0, high if high is not None else math.inf
        case Comparator.ABOUT:
            return (low or 0.0) * (1 - ABOUT), (high if high is not None else math.inf) * (1 + ABOUT)
        case Comparator.NEARLY:
            return (low or 0.0) * (1 - NEARLY), high if high is not None else math.inf
        case Comparator.EXACT | Comparator.BETWEEN:
            return low or 0.0, high if high is not None else math.inf


def _comparable(claims: Sequence[Claim]) -> Iterable[list[int]]:
    """The claims that count the same thing of the same body in the same status, wherever."""
    found: dict[tuple[str, str | None, str | None, bool, bool], list[int]] = defaultdict(list)
    for index, claim in enumerate(claims):
        figure = claim.figure
        if figure.comparator is not Comparator.VAGUE and figure.same_as is None:
            planned = figure.reality is Reality.PLANNED
            found[(figure.tracker, figure.whose_key, figure.measure, figure.delta, planned)].append(index)
    return [indices for indices in found.values() if len(indices) > 1]


def _clash(one: Figure, other: Figure) -> bool:
    """Whether the two numbers cannot mean the same."""
    (low, high), (other_low, other_high) = bounds(one), bounds(other)
    return low > other_high or other_low > high


def _dates_part(one: Claim, other: Claim) -> bool:
    """Whether the two are of different times: both dated, apart; or one of a time long past and the other of now."""
    if one.when is not None and other.when is not None:
        return not one.when.meets(other.when)
    dated = one.when or other.when
    return dated is not None and dated.grain in _LONG


def _linked(claims: Sequence[Claim], one: int, other: int) -> bool:
    """Whether one claim is a part of the other, or both are parts."""
    return claims[one].whole == other or claims[other].whole == one or (claims[one].is_part and claims[other].is_part)


def _pairs(claims: Sequence[Claim], comparable: list[int]) -> Iterable[tuple[int, int]]:
    """The pairs of claims from different sentences that may be held against each other."""
    return (
        (one, other)
        for one, other in itertools.combinations(comparable, 2)
        if claims[one].citation != claims[other].citation
        and not _linked(claims, one, other)
        and not _dates_part(claims[one], claims[other])
    )


def _same_source(claims: Sequence[Claim], comparable: list[int]) -> Iterable[Finding]:
    """One source, in two articles, credited with numbers that clash."""
    for one, other in _pairs(claims, comparable):
        a, b = claims[one], claims[other]
        if not a.parties or a.parties != b.parties or a.citation.source == b.citation.source:
            continue
        if a.is_part != b.is_part or not _clash(a.figure, b.figure):
            continue
        places_differ = _places_part(a.figure, b.figure)
        if not places_differ or _ratio(a.figure, b.figure) <= NEAR_NUMBERS:
            yield Finding(kind=FindingKind.SAME_SOURCE, claims=(one, other), places_differ=places_differ)


def _incompatible(claims: Sequence[Claim], comparable: list[int]) -> Iterable[Finding]:
    """Speakers who give one place numbers that clash; all claims of that place that clash with any other."""
    by_place: dict[str | None, set[int]] = defaultdict(set)
    for one, other in _pairs(claims, comparable):
        a, b = claims[one], claims[other]
        elsewhere = a.citation.source != b.citation.source
        if a.parties == b.parties or not (elsewhere or (a.parties and b.parties)) or _part_below(a, b):
            continue
        if a.figure.place_key == b.figure.place_key and _clash(a.figure, b.figure):
            by_place[a.figure.place_key] |= {one, other}
    for indices in by_place.values():
        yield Finding(kind=FindingKind.INCOMPATIBLE, claims=tuple(sorted(indices)))


def _part_below(one: Claim, other: Claim) -> bool:
    """Whether a part is smaller than what is no part, as it should be, no place saying otherwise."""
    if one.is_part == other.is_part or one.figure.place_key is not None:
        return False
    part, whole = (one, other) if one.is_part else (other, one)
    return bounds(part.figure)[0] <= bounds(whole.figure)[1]


def _part_exceeds(claims: Sequence[Claim], comparable: list[int]) -> Iterable[Finding]:
    """Claims for one place that are larger than claims for the whole that this place is said to belong to."""
    within = {
        (claim.figure.place_key, claims[claim.whole].figure.place_key)
        for claim in (claims[index] for index in comparable)
        if claim.whole is not None and claim.figure.place_key and claims[claim.whole].figure.place_key
    }
    for part, whole in sorted(within, key=str):
        if part == whole:
            continue
        larger = {
            (one, other)
            for one in comparable
            for other in comparable
            if claims[one].figure.place_key == part
            and claims[other].figure.place_key == whole
            and claims[one].parties != claims[other].parties
            and bounds(claims[one].figure)[0] > bounds(claims[other].figure)[1]
            and not _dates_part(claims[one], claims[other])
        }
        if larger:
            yield Finding(
                kind=FindingKind.PART_EXCEEDS,
                claims=(*sorted({one for one, _ in larger}), *sorted({other for _, other in larger})),
                places_differ=True,
            )


def _same_number(claims: Sequence[Claim], comparable: list[int]) -> Iterable[Finding]:
    """One number told by several speakers."""
    by_number: dict[tuple[float | None, float | None], list[int]] = defaultdict(list)
    for index in comparable:
        if not claims[index].is_part:
            by_number[(claims[index].figure.low, claims[index].figure.high)].append(index)
    for indices in by_number.values():
        if len({claims[index].parties for index in indices if claims[index].parties}) > 1:
            places = {claims[index].figure.place_key for index in indices}
            yield Finding(kind=FindingKind.SAME_NUMBER, claims=tuple(indices), places_differ=len(places) > 1)


def _composition_and_hedge(claims: Sequence[Claim], comparable: list[int]) -> Iterable[Finding]:
    """One speaker's number that differs, between articles, in what it includes or in its hedge."""
    for one, other in _pairs(claims, comparable):
        a, b = claims[one].figure, claims[other].figure
        if not claims[one].parties or claims[one].parties != claims[other].parties:
            continue
        if (a.low, a.high) != (b.low, b.high) or claims[one].citation.source == claims[other].citation.source:
            continue
        if (a.includes is None) != (b.includes is None):
            yield Finding(kind=FindingKind.COMPOSITION, claims=(one, other))
        elif a.comparator is not b.comparator:
            yield Finding(kind=FindingKind.HEDGE, claims=(one, other))


def _places_part(one: Figure, other: Figure) -> bool:
    """Whether both name a place, and not the same."""
    return one.place_key is not None and other.place_key is not None and one.place_key != other.place_key


def _ratio(one: Figure, other: Figure) -> float:
    """The larger number over the smaller; infinite when one is open."""
    low, high = sorted((one.low or one.high or 0.0, other.low or other.high or 0.0))
    return high / low if low else math.inf
