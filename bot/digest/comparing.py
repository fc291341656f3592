"""How figures stand to each other: what measures the same thing, what agrees, what cannot both be right."""

from __future__ import annotations

import itertools
import math
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from bot.digest.model import Claim, Comparator, Figure, FigureGroup, Finding, FindingKind, Grain, Reality

ABOUT = 0.04  #: "about 1,000" is taken to mean 960 to 1,040 when numbers are compared, and for nothing else
NEARLY = 0.10  #: "nearly 1,000" is taken to mean 900 to 1,000 when numbers are compared
_ORDER = {kind: rank for rank, kind in enumerate(FindingKind)}
LONG = frozenset({Grain.YEAR, Grain.DECADE, Grain.CENTURY})  #: what is dated so coarsely is of another time
NEAR_NUMBERS = 1.5  #: the same source's numbers for places that differ are compared while their ratio is no larger
LATEST = 20  #: a number is held against so many of the same speaker's last ones; what is older is overtaken

_Thing = tuple[str, str | None, str | None, str | None]
_Number = tuple[float | None, float | None]
_Key = TypeVar("_Key", bound=Hashable)


class Quantity(NamedTuple):
    """What comparable claims have in common: they count the same thing of the same body in the same status."""

    tracker: str
    whose: str | None
    measure: str | None
    delta: bool
    planned: bool


_Spot = tuple[Quantity, str | None]


class Comparison:
    """The claims of a growing story, held against each other.

    A claim is compared with those of the same thing and place, the same number, or the same speaker, and only what
    concerns a claim that came or changed is worked out again. One that is copied is kept, and is neither compared nor
    listed beside the one that it is copied from.
    """

    def __init__(self) -> None:
        self._claims: list[Claim] = []
        self._things: dict[_Thing, list[int]] = defaultdict(list)
        self._groups: dict[_Thing, tuple[tuple[int, int], FigureGroup]] = {}
        self._places = _Facet[_Spot](self._incompatible)
        self._clashing: dict[_Spot, tuple[int, frozenset[int], bool]] = {}
        # of so many claims those that clash, and whether any two of one day do
        self._numbers = _Facet[tuple[Quantity, _Number]](self._same_number)
        self._speakers = _Facet[tuple[Quantity, tuple[str, ...]]](self._one_speaker)
        self._wholes: dict[tuple[Quantity, str], set[str]] = defaultdict(set)  # a place, and what it is said to lie in
        self._exceeding: dict[tuple[Quantity, str, str], Finding | None] = {}

    @property
    def claims(self) -> Sequence[Claim]:
        """All claims, in order of arrival."""
        return self._claims

    def extend(self, claims: Sequence[Claim]) -> None:
        """Adds the claims of one more article."""
        start = len(self._claims)
        self._claims += claims
        touched = set()
        for index, claim in enumerate(claims, start):
            figure = claim.figure
            if figure.same_as is None and not claim.is_copied:
                thing = (figure.tracker, figure.whose_key, figure.place_key, figure.measure)
                self._things[thing].append(index)
                touched.add(thing)
            self._enter(index, claim)
        for thing in touched:
            self._groups[thing] = self._group(thing)

    def replace(self, index: int, claim: Claim) -> None:
        """Puts a claim in the place of one that differs from it in nothing but who makes it."""
        quantity = quantity_of(self._claims[index])
        if quantity is not None and not claim.is_copied:
            self._speakers.remove((quantity, self._claims[index].parties), index)
            self._places.touch((quantity, claim.figure.place_key))
            self._clashing.pop((quantity, claim.figure.place_key), None)
            self._numbers.touch((quantity, (claim.figure.low, claim.figure.high)))
            self._speakers.add((quantity, claim.parties), index)
        self._claims[index] = claim

    def groups(self) -> tuple[FigureGroup, ...]:
        """The claims by what they measure, the most told first."""
        return tuple(group for _, group in sorted(self._groups.values(), key=lambda ranked: ranked[0]))

    def findings(self) -> tuple[Finding, ...]:
        """Every conflict and agreement among comparable claims, conflicts first."""
        self._work_out_parts()
        found = [finding for finding in self._exceeding.values() if finding is not None]
        for facet in (self._places, self._numbers, self._speakers):
            found += facet.findings()
        return tuple(sorted(found, key=lambda finding: (_ORDER[finding.kind], finding.claims)))

    def _enter(self, index: int, claim: Claim) -> None:
        quantity = quantity_of(claim)
        if quantity is None or claim.is_copied:
            return
        figure = claim.figure
        self._places.add((quantity, figure.place_key), index)
        self._speakers.add((quantity, claim.parties), index)
        if not claim.is_part:
            self._numbers.add((quantity, (figure.low, figure.high)), index)
        whole = None if claim.whole is None else self._claims[claim.whole].figure.place_key
        if figure.place_key and whole and whole != figure.place_key:
            self._wholes[quantity, figure.place_key].add(whole)

    def _group(self, thing: _Thing) -> tuple[tuple[int, int], FigureGroup]:
        """The claims of a thing, and the group's rank."""
        indices = self._things[thing]
        tracker, whose, place, status = thing
        sources = {self._claims[index].citation.source for index in indices}
        group = FigureGroup(tracker=tracker, whose=whose, place=place, status=status, claims=tuple(indices))
        return (-len(sources), indices[0]), group

    def _work_out_parts(self) -> None:
        """Compares places with what they lie in, where either has a new claim."""
        changed = self._places.changed
        for (quantity, part), wholes in self._wholes.items():
            for whole in sorted(wholes):
                known = (quantity, part, whole) in self._exceeding
                if not known or (quantity, part) in changed or (quantity, whole) in changed:
                    self._exceeding[quantity, part, whole] = self._part_exceeds(quantity, part, whole)

    def _incompatible(self, key: _Spot, members: Sequence[int]) -> Iterable[Finding]:
        """Speakers who give one place numbers that clash; all claims of that place that clash with any other."""

        def fits(one: int, other: int) -> bool:
            a, b = self._claims[one], self._claims[other]
            elsewhere = a.citation.source != b.citation.source
            return (
                (elsewhere or bool(a.parties and b.parties)) and self._may_clash(one, other) and not _part_below(a, b)
            )

        def of_one_day(one: int, other: int) -> bool:
            return fits(one, other) and _of_one_day(self._claims[one], self._claims[other])

        held, clashing, at_once = self._clashing.get(key, (0, frozenset(), False))
        fresh = members[held:]
        for ones, others in ((fresh, members), (members, fresh)):
            clashing = clashing.union(*self._above(ones, others, fits))
            at_once = at_once or bool(self._above(ones, others, of_one_day)[0])
        self._clashing[key] = len(members), clashing, at_once
        if clashing:
            kind = FindingKind.INCOMPATIBLE if at_once else FindingKind.OTHER_DATE
            yield Finding(kind=kind, claims=tuple(sorted(clashing)))

    def _part_exceeds(self, quantity: Quantity, part: str, whole: str) -> Finding | None:
        """Claims for one place that are larger than claims for the whole that this place is said to belong to."""

        def fits(one: int, other: int) -> bool:
            return not _dates_part(self._claims[one], self._claims[other])

        ones, others = self._places.members((quantity, part)), self._places.members((quantity, whole))
        larger, smaller = self._above(ones, others, fits)
        if not larger:
            return None
        claims = (*sorted(larger), *sorted(smaller))
        return Finding(kind=FindingKind.PART_EXCEEDS, claims=claims, places_differ=True)

    def _above(
        self, ones: Sequence[int], others: Sequence[int], fits: Callable[[int, int], bool]
    ) -> tuple[set[int], set[int]]:
        """Those of ``ones`` whose number lies above the number that another speaker of ``others`` gives; and those."""
        claims = self._claims
        lows = {index: bounds(claims[index].figure)[0] for index in ones}
        highs = {index: bounds(claims[index].figure)[1] for index in others}
        lowest_first = _by_speaker(claims, sorted(others, key=highs.__getitem__))
        highest_first = _by_speaker(claims, sorted(ones, key=lows.__getitem__, reverse=True))
        above: set[int] = set()
        below: set[int] = set()
        for one in ones:
            rivals = _rivals(claims[one], lowest_first) if one not in above else ()
            for ranked in rivals:
                lower = itertools.takewhile(lambda other: highs[other] < lows[one], ranked)  # noqa: B023
                if (partner := next((other for other in lower if fits(one, other)), None)) is not None:
                    above.add(one)
                    below.add(partner)
                    break
        for other in others:
            rivals = _rivals(claims[other], highest_first) if other not in below else ()
            for ranked in rivals:
                higher = itertools.takewhile(lambda one: lows[one] > highs[other], ranked)  # noqa: B023
                if any(fits(one, other) for one in higher):
                    below.add(other)
                    break
        return above, below

    def _same_number(self, _: Hashable, members: Sequence[int]) -> Iterable[Finding]:
        """One number told by several speakers."""
        if len({self._claims[index].parties for index in members if self._claims[index].parties}) > 1:
            places = {self._claims[index].figure.place_key for index in members}
            yield Finding(kind=FindingKind.SAME_NUMBER, claims=tuple(members), places_differ=len(places) > 1)

    def _one_speaker(self, _: Hashable, members: Sequence[int]) -> Iterable[Finding]:
        """One speaker's numbers in two articles: they clash, or differ in what they include or in their hedge."""
        for place, other in enumerate(members):
            for one in members[max(0, place - LATEST) : place]:
                if self._may_clash(one, other):
                    yield from _of_one_speaker(one, other, self._claims[one], self._claims[other])

    def _may_clash(self, one: int, other: int) -> bool:
        """Whether two claims may be held against each other: from different sentences, apart, of one time."""
        a, b = self._claims[one], self._claims[other]
        linked = a.whole == other or b.whole == one or (a.is_part and b.is_part)
        return a.citation != b.citation and not linked and not _dates_part(a, b)


class _Facet(Generic[_Key]):
    """Claims that share a key, and what a rule finds among them; found again only where a claim came or changed."""

    def __init__(self, rule: Callable[[_Key, Sequence[int]], Iterable[Finding]]) -> None:
        self._rule = rule
        self._members: dict[_Key, list[int]] = defaultdict(list)
        self._found: dict[_Key, tuple[Finding, ...]] = {}
        self.changed: set[_Key] = set()  #: what came or changed since the findings were last asked for

    def members(self, key: _Key) -> Sequence[int]:
        """The claims of this key, in order of arrival."""
        return self._members.get(key, ())

    def add(self, key: _Key, index: int) -> None:
        """Gives a claim this key."""
        insort(self._members[key], index)
        self.changed.add(key)

    def remove(self, key: _Key, index: int) -> None:
        """Takes the key from a claim."""
        self._members[key].remove(index)
        self.changed.add(key)

    def touch(self, key: _Key) -> None:
        """Has the findings of this key worked out again."""
        self.changed.add(key)

    def findings(self) -> Iterable[Finding]:
        """What is found, key by key."""
        for key in self.changed:
            found = tuple(self._rule(key, self._members[key])) if len(self._members[key]) > 1 else ()
            if found:
                self._found[key] = found
            else:
                self._found.pop(key, None)
        self.changed.clear()
        return itertools.chain.from_iterable(self._found.values())


def quantity_of(claim: Claim) -> Quantity | None:
    """What the claim is compared under; None for a vague one, and for one that repeats another."""
    figure = claim.figure
    if figure.comparator is Comparator.VAGUE or figure.same_as is not None:
        return None
    return Quantity(
        tracker=figure.tracker,
        whose=figure.whose_key,
        measure=figure.measure,
        delta=figure.delta,
        planned=figure.reality is Reality.PLANNED,
    )


def _by_speaker(claims: Sequence[Claim], indices: Iterable[int]) -> dict[tuple[str, ...], list[int]]:
    """The claims, in the given order, by who makes them."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index in indices:
        found[claims[index].parties].append(index)
    return found


def _rivals(claim: Claim, by_speaker: Mapping[tuple[str, ...], list[int]]) -> Iterable[list[int]]:
    """The claims of every other speaker."""
    return (indices for parties, indices in by_speaker.items() if parties != claim.parties)


def _of_one_speaker(one: int, other: int, a: Claim, b: Claim) -> Iterable[Finding]:
    """What two claims of one speaker, in two articles, have to do with each other."""
    if not a.parties or a.citation.source == b.citation.source:
        return
    if a.is_part == b.is_part and _clash(a.figure, b.figure):
        places_differ = _places_part(a.figure, b.figure)
        if not places_differ or _ratio(a.figure, b.figure) <= NEAR_NUMBERS:
            kind = FindingKind.SAME_SOURCE if _of_one_day(a, b) else FindingKind.OTHER_DATE
            yield Finding(kind=kind, claims=(one, other), places_differ=places_differ)
    if (a.figure.low, a.figure.high) == (b.figure.low, b.figure.high):
        if (a.figure.includes is None) != (b.figure.includes is None):
            yield Finding(kind=FindingKind.COMPOSITION, claims=(one, other))
        elif a.figure.comparator is not b.figure.comparator:
            yield Finding(kind=FindingKind.HEDGE, claims=(one, other))


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


def _clash(one: Figure, other: Figure) -> bool:
    """Whether the two numbers cannot mean the same."""
    (low, high), (other_low, other_high) = bounds(one), bounds(other)
    return low > other_high or other_low > high


def _dates_part(one: Claim, other: Claim) -> bool:
    """Whether the two are of different times: both dated, apart; or one of a time long past and the other of now."""
    if one.when is not None and other.when is not None:
        return not one.when.meets(other.when)
    dated = one.when or other.when
    return dated is not None and dated.grain in LONG


def _of_one_day(one: Claim, other: Claim) -> bool:
    """Whether two claims were made of one day: by what they say of it, else by the day of their articles."""
    if one.when is not None and other.when is not None:
        return one.when.meets(other.when)
    return one.published == other.published


def _part_below(one: Claim, other: Claim) -> bool:
    """Whether a part is smaller than what is no part, as it should be, no place saying otherwise."""
    if one.is_part == other.is_part or one.figure.place_key is not None:
        return False
    part, whole = (one, other) if one.is_part else (other, one)
    return bounds(part.figure)[0] <= bounds(whole.figure)[1]


def _places_part(one: Figure, other: Figure) -> bool:
    """Whether both name a place, and not the same."""
    return one.place_key is not None and other.place_key is not None and one.place_key != other.place_key


def _ratio(one: Figure, other: Figure) -> float:
    """The larger number over the smaller; infinite when one is open."""
    low, high = sorted((one.low or one.high or 0.0, other.low or other.high or 0.0))
    return high / low if low else math.inf
