"""Which numbers are worth an alert: new and moved ones, conflicts that opened or closed, and corrections."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from bot.digest.alert import Alert, AlertKind, Clash, Corrected, Moved, NewFigure, Settled, key_of
from bot.digest.changes import Change, ConflictClosed, ConflictOpened, FigureMoved
from bot.digest.comparing import LONG, Quantity, bounds, quantity_of
from bot.digest.model import Claim, Comparator, Finding, FindingKind, Reality, Source
from bot.digest.newsroom import FEW, FIRST_PERSON, PACE, Newsroom
from bot.digest.numbers import numerals
from bot.digest.salience import NEWS_AGE

TELLING = 10  #: numbers from here on are hardly the same by chance
FIGURE_ORIGINS = 2  #: origins that give a new number, in a story of more than a few
FIGURE_TOPIC = 1  #: the same for a figure, which has its own scope
MOVE = 0.10  #: a number that differs by less, of the smaller, did not move
LEAP = 10.0  #: a number so many times another counts something else, whatever its words
DOUBLE = 2.0  #: a number that is urgent, against the highest before
RECENT = timedelta(days=14)  #: older numbers are overtaken: a new one is not held against them
MOST_PARTS = 6  #: numbers of a sentence that are tried as parts of another
ROUNDED = 0.02  #: share of a total that its parts may miss
FIGURE = "figure"  #: opens the key of a figure
_USUAL = re.compile(
    r"(?i)\b(?:(?:every|each|per|a|an average|average) (?:day|week|month|year|season)|annually|on average)\b"
)
_SINCE = re.compile(r"(?i)\b(?:(?:ever )?since(?: then| (?:1[5-9]|20)\d\d)|ever since)\b")
_HAS = re.compile(r"\b(?:has|have|had)(?: (?:about|around|some|nearly|almost|over|more than|up to|at least|only))?\W*$")
_MAY_BE = re.compile(r"\b(?:could|might|would|may|refers to|means)\b")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


_Thing = tuple[Quantity, str | None]
"""What a number is for, and where."""


def figures(desk: Newsroom, changed: Iterable[Change], known: Collection[str]) -> Iterator[Alert]:
    """New numbers that enough origins give, and that lie beyond what was given or are their speaker's second."""
    moves = {id(change.new): change for change in changed if isinstance(change, FigureMoved)}
    told = _told_numbers(known)
    for thing, given in _given(desk).items():
        for claim in given:
            is_news = claim.citation.source in desk.fresh and _is_told_now(desk, claim)
            if is_news and desk.is_topical(claim.citation, FIGURE_TOPIC):
                alert = _figure(desk, given, claim, moves.get(id(claim)), told)
                if alert is not None:
                    told[_thing_key(thing)].append(_size(claim))
                    yield alert


def _figure(
    desk: Newsroom, given: Sequence[Claim], claim: Claim, move: FigureMoved | None, known: Mapping[str, Sequence[float]]
) -> Alert | None:
    """The alert for one of the numbers ``given`` for a thing; ``known`` are those that alerts have told."""
    thing, size = _thing_of(claim), _size(claim)
    if thing is None or _is_known(thing, size, known):
        return None
    alike = [other for other in given if _is_alike(other, claim) and _is_told_now(desk, other)]
    others = [_size(other) for other in given if not _is_alike(other, claim)]
    highest = max([*others, *known.get(_thing_key(thing), ())], default=0.0)
    origins = len({desk.source(other.citation).origin for other in alike})
    if _is_old(desk, claim):
        return None
    is_scoped = _is_named(desk, claim)
    is_bare = origins == 1 and not claim.parties and (size < TELLING or not is_scoped)
    if is_bare or origins < _needed(desk, is_scoped=is_scoped) or (highest and size > highest * LEAP):
        return None
    weight = origins * (1 + is_scoped) * (1 + math.log10(1 + size) / 10)
    alert = Alert(
        keys=(key_of(_thing_key(thing), f"{size:.15g}"),),
        kind=AlertKind.FIGURE_NEW,
        told=NewFigure(claims=_one_an_origin(desk, [claim, *reversed(alike)])),
        importance=weight,
        urgent=bool(highest) and size >= highest * DOUBLE,
        tracker=claim.figure.tracker,
    )
    if move is None or not _has_moved(move):
        return alert if size > highest * (1 + MOVE) else None
    falls = size < _size(move.old)
    if (not is_scoped and desk.pace >= FEW) or origins < _needed(desk, is_scoped=True) + falls:
        return None
    told = Moved(old=move.old, new=move.new)
    return replace(alert, kind=AlertKind.FIGURE_MOVED, told=told, importance=2 * weight)


def _is_old(desk: Newsroom, claim: Claim) -> bool:
    """Whether the number was given for the like before these days, whatever place or owner was named."""
    what = _counted(claim)
    return _size(claim) >= TELLING and any(
        claim.published - other.published > PACE and _size(other) == _size(claim) and _counted(other) == what
        for other in desk.new.claims
    )


def _counted(claim: Claim) -> tuple[str, str | None] | None:
    """What a number counts, by its tracker and status alone; None for a vague one."""
    quantity = quantity_of(claim)
    return None if quantity is None else (quantity.tracker, quantity.measure)


def _needed(desk: Newsroom, *, is_scoped: bool) -> int:
    """The origins that it takes for a number; one more where neither place nor owner is named."""
    return 1 if desk.pace < FEW else FIGURE_ORIGINS + (not is_scoped)


def _is_known(thing: _Thing, size: float, known: Mapping[str, Sequence[float]]) -> bool:
    """Whether an alert told about this number for the thing, or the very number for one like it."""
    told = known.get(_thing_key(thing), ())
    if any(max(size, one) < min(size, one) * (1 + MOVE) for one in told):
        return True
    like = (numbers for key, numbers in known.items() if _same_kind(key, _thing_key(thing)))
    return size >= TELLING and any(size in numbers for numbers in like)


def _given(desk: Newsroom) -> dict[_Thing, list[Claim]]:
    """The numbers of late, by what they are for, in order of arrival."""
    found: dict[_Thing, list[Claim]] = defaultdict(list)
    for claim in desk.new.claims:
        thing = _thing_of(claim)
        if thing is not None and desk.latest - claim.published <= RECENT and not _is_general(desk, claim):
            found[thing].append(claim)
    return found


def _is_general(desk: Newsroom, claim: Claim) -> bool:
    """Whether the sentence tells what is usual, or looks back on another year, or is somebody's own tale."""
    sentence = desk.sentence(claim.citation)
    is_past = any(int(year) < claim.published.year for year in _YEAR.findall(sentence))
    return is_past or any(pattern.search(sentence) for pattern in (_USUAL, FIRST_PERSON))


def _is_told_now(desk: Newsroom, claim: Claim) -> bool:
    """Whether a number is told as one of now: not as what has long been, nor as what may come to be."""
    sentence = desk.sentence(claim.citation)
    stands = not claim.parties and _HAS.search(sentence[: claim.figure.surface.start - claim.citation.sentence.start])
    return not (stands or _SINCE.search(sentence) or _MAY_BE.search(sentence))


def _is_named(desk: Newsroom, claim: Claim) -> bool:
    """Whether place or owner of a number is a name: "Larne", and not "the streets"."""
    text = desk.source(claim.citation).article.text
    spans = (claim.figure.place, claim.figure.whose)
    return any(span is not None and any(map(str.isupper, span.of(text))) for span in spans)


def _told_numbers(known: Collection[str]) -> dict[str, list[float]]:
    """The numbers that alerts have told, by what they are for."""
    found: dict[str, list[float]] = defaultdict(list)
    for key in known:
        if key.startswith(FIGURE):
            thing, _, number = key.rpartition("|")
            found[thing].append(float(number))
    return found


def _has_moved(move: FigureMoved) -> bool:
    """Whether the two numbers are of one order, and apart by more than their words allow."""
    low, high = sorted((_size(move.old), _size(move.new)))
    return low > 0 and low * (1 + MOVE) <= high <= low * LEAP and not _is_alike(move.old, move.new)


def _same_kind(one: str, other: str) -> bool:
    """Whether two things are counted by one tracker under one status, whatever owner and place."""
    first, second = one.split("|"), other.split("|")
    return (first[1], first[3], first[4]) == (second[1], second[3], second[4])


def _is_alike(one: Claim, other: Claim) -> bool:
    """Whether two numbers may be one, told more or less exactly."""
    low, high = sorted((_size(one), _size(other)))
    return high <= low * (1 + MOVE / 2)


def _size(claim: Claim) -> float:
    """The number itself, the middle of a range."""
    low, high = claim.figure.low, claim.figure.high
    if low is None or high is None:
        return low if low is not None else high or 0.0
    return (low + high) / 2


def _thing_key(thing: _Thing) -> str:
    quantity, place = thing
    what = [quantity.tracker, quantity.whose, quantity.measure, "more" if quantity.delta else None, place]
    return key_of(FIGURE, *what)


def _one_an_origin(desk: Newsroom, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    found: dict[int, Claim] = {}
    for claim in claims:
        found.setdefault(desk.source(claim.citation).origin, claim)
    return tuple(found.values())


def conflicts(desk: Newsroom, changed: Iterable[Change], known: Collection[str]) -> Iterator[Alert]:
    """Conflicts of now between named speakers, and the end of those that were told."""
    for change in changed:
        match change:
            case ConflictOpened(finding=finding) if (told := _clash(desk, finding)) is not None:
                keys = (_conflict_key("conflict", told.claims),)
                weight = 2.0 * len({desk.source(claim.citation).origin for claim in told.claims})
                tracker = told.claims[0].figure.tracker
                yield Alert(keys=keys, kind=AlertKind.CONFLICT_OPENED, told=told, importance=weight, tracker=tracker)
            case ConflictClosed(claims=claims) if claims and _conflict_key("conflict", claims) in known:
                if max(bounds(claim.figure)[0] for claim in claims) <= min(bounds(c.figure)[1] for c in claims):
                    yield Alert(
                        keys=(_conflict_key("settled", claims),),
                        kind=AlertKind.CONFLICT_CLOSED,
                        told=Settled(latest=claims),
                        importance=2.0,
                        tracker=claims[0].figure.tracker,
                    )
            case _:
                pass


def _clash(desk: Newsroom, finding: Finding) -> Clash | None:
    """The ends of a conflict that is worth telling: of now, of a place or owner, of named speakers, a fresh one."""
    claims = [
        desk.new.claims[index]
        for index in finding.claims
        if desk.latest - desk.new.claims[index].published <= NEWS_AGE and desk.new.claims[index].parties
    ]
    if finding.kind is FindingKind.PART_EXCEEDS or len(claims) < 2:
        return None
    top = max(claims, key=lambda claim: bounds(claim.figure)[0])
    bottom = min(claims, key=lambda claim: bounds(claim.figure)[1])
    low, high = sorted((_size(top), _size(bottom)))
    is_apart = low * (1 + MOVE) <= high <= low * LEAP and bounds(top.figure)[0] > bounds(bottom.figure)[1]
    is_scoped = all(claim.figure.place_key or claim.figure.whose_key for claim in (top, bottom))
    is_fresh = top.citation.source in desk.fresh or bottom.citation.source in desk.fresh
    if not (is_apart and is_scoped and is_fresh) or None in (_thing_of(top), _thing_of(bottom)):
        return None
    if _is_part_of(desk, bottom, top):
        return None
    return Clash(kind=finding.kind, claims=(top, bottom), places_differ=finding.places_differ)


def _is_part_of(desk: Newsroom, part: Claim, whole: Claim) -> bool:
    """Whether the sentence of the one number has others that make up the other with it, or the other's has it too."""
    size, wanted = _size(part), _size(whole)
    beside = _numbers(desk, part)
    if size in beside:
        beside.remove(size)
    some = (chosen for count in range(1, len(beside) + 1) for chosen in combinations(beside[:MOST_PARTS], count))
    adds_up = any(abs(size + sum(chosen) - wanted) <= ROUNDED * wanted for chosen in some)
    return adds_up or (size >= TELLING and size in _numbers(desk, whole))


def _numbers(desk: Newsroom, claim: Claim) -> list[float]:
    """The numbers that a claim's sentence gives."""
    found = numerals(desk.sentence(claim.citation))
    return [numeral.low for numeral in found if numeral.low is not None and numeral.low == numeral.high]


def _conflict_key(word: str, claims: Iterable[Claim]) -> str:
    """What the numbers are for; however they change, it is one conflict."""
    first, *_ = claims
    figure = first.figure
    return key_of(word, figure.tracker, figure.whose_key, figure.measure, figure.place_key)


def corrections(desk: Newsroom) -> Iterator[Alert]:
    """Numbers that an article gives otherwise than an earlier version of itself."""
    earlier = {source.article.id: source for source in desk.old.sources}
    for number in sorted(desk.fresh):
        source = desk.new.sources[number - 1]
        before = earlier.get(source.article.id)
        if before is not None:
            yield from _corrected(desk, before, source)


def _corrected(desk: Newsroom, earlier: Source, source: Source) -> Iterator[Alert]:
    was = [claim for claim in desk.old.claims if claim.citation.source == earlier.number]
    now = [claim for claim in desk.new.claims if claim.citation.source == source.number]
    for before in was:
        thing = _thing_of(before)
        if thing is None:
            continue
        same = [claim for claim in now if _thing_of(claim) == thing and claim.parties == before.parties]
        if same and all(_number(claim) != _number(before) for claim in same):
            after = same[0]
            yield Alert(
                keys=(key_of("correction", str(source.article.id), _thing_key(thing), f"{_size(after):.15g}"),),
                kind=AlertKind.CORRECTION,
                told=Corrected(earlier=earlier, before=before, after=after),
                importance=10.0,
                urgent=True,
                tracker=after.figure.tracker,
            )


def _thing_of(claim: Claim) -> _Thing | None:
    """What a number of now is for; None for one that is vague, a part, denied, or of a time long past."""
    quantity = quantity_of(claim)
    if quantity is None or claim.is_part or claim.figure.reality in (Reality.DENIED, Reality.PLANNED):
        return None
    if claim.when is not None and (claim.when.grain in LONG or not _is_of_late(claim)):
        return None
    return quantity, claim.figure.place_key


def _is_of_late(claim: Claim) -> bool:
    """Whether what a dated claim counts reaches into the days before its article."""
    last = claim.when.last if claim.when is not None else None
    return last is None or claim.published - last <= NEWS_AGE


def _number(claim: Claim) -> tuple[float | None, float | None, Comparator]:
    return claim.figure.low, claim.figure.high, claim.figure.comparator
