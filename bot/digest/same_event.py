"""Tellings of events: what is known of each, and whether two are of one event."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice, takewhile

from bot.digest.entities import country_of
from bot.digest.families import institution
from bot.digest.model import Citation, Event, EventStatus, Grain, Report, TimeExpression, When

NEWS_WINDOW = timedelta(
    days=31
)  #: older days are background, mentioned for one reason, so tellings of one are one event
LIKE_EVENT = 0.30  #: share of words from which two tellings of one day are one event, whoever acts
_LIKE_SPEECH = 0.12  #: share of words that two tellings of one statement have in common at least
_STRICT = frozenset({"say", "meet"})
_COARSE = (
    Grain.DAY,
    Grain.WEEKEND,
    Grain.WEEK,
    Grain.MONTH,
    Grain.SEASON,
    Grain.QUARTER,
    Grain.HALF,
    Grain.YEAR,
    Grain.RANGE,
    Grain.DECADE,
    Grain.CENTURY,
)
_FUNCTION_WORDS = frozenset("the a an of 's ’s s its their his her".split())

Rank = tuple[int, date, int, int, int]
"""A telling's place among all: the finest date first, so that a coarse one finds the day it may belong to."""

Mark = tuple[str, str, str | When]
"""What two tellings of one event have in common at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An event with what is needed to compare it: its source's number and day, its names made one."""

    rank: Rank
    source: int
    published: date
    event: Event
    actor: str | None
    participants: frozenset[str]
    citation: Citation
    actor_words: str
    around: frozenset[str]
    terms: frozenset[str]
    recent: bool

    @property
    def when(self) -> When | None:
        """The date the text gives it."""
        return None if self.event.time is None else self.event.time.when

    @property
    def act(self) -> tuple[str, str | None]:
        """What is done by whom."""
        return self.event.family, self.actor

    @property
    def may_join(self) -> bool:
        """Whether, undated, it may be the latest dated act of the same kind by the same body."""
        return self.actor is not None and self.event.status is EventStatus.HAPPENED and self.event.family not in _STRICT

    @property
    def may_stand_undated(self) -> bool:
        """Whether it says enough to be listed without a date."""
        return self.event.family != "say" and len(self.event.terms) >= 3


def tellings(number: int, report: Report, same: Mapping[str, str]) -> list[Telling]:
    """An article's events; of the undated ones those that may be shown. ``same`` maps a key to its canonical key."""
    found = _all(number, report, same)
    return [
        telling
        for telling in found
        if telling.when is not None
        or ((telling.actor or telling.recent) and (telling.may_join or telling.may_stand_undated))
    ]


def _all(number: int, report: Report, same: Mapping[str, str]) -> Iterator[Telling]:
    of_late = [time.span for time in report.times if _is_lately(time, report)]
    for place, event in enumerate(report.events):
        dated = event.time is not None and event.time.when is not None
        yield Telling(
            rank=_rank(number, place, event),
            source=number,
            published=report.article.published.day,
            event=event,
            actor=None if event.actor_key is None else same.get(event.actor_key, event.actor_key),
            participants=frozenset(same.get(key, key) for key in event.participants),
            citation=_citation(number, report, event),
            around=_around(report, event, same) if dated else frozenset(),
            terms=frozenset(event.terms),
            recent=any(event.clause[0].holds(span) for span in of_late),
            actor_words="" if event.actor is None else event.actor.of(report.article.text),
        )


def _rank(number: int, place: int, event: Event) -> Rank:
    when = None if event.time is None else event.time.when
    if when is None:
        return len(_COARSE), date.max, number, place, place
    first = when.first or when.last or date.min
    return _COARSE.index(when.grain), first, number, event.clause[0].start, place


def is_day(when: When) -> bool:
    """Whether the date is a single day."""
    return when.grain is Grain.DAY and when.first == when.last


def latest(when: When) -> date:
    """The last day it may mean."""
    return when.last or when.first or date.max


def coarseness(when: When) -> int:
    """The finer the grain, the smaller."""
    return _COARSE.index(when.grain)


def marks(telling: Telling) -> Iterator[Mark]:
    """What others of its kind find a dated telling by."""
    family, when = telling.event.family, telling.when
    assert when is not None
    yield family, "when", when
    if telling.actor is None:
        yield family, "nobody", when
        return
    yield family, "actor", telling.actor
    country, role = _split(telling.actor)
    if role is not None:
        yield family, "role", role
    if country is not None:
        yield family, "country", country
    elif role is None:
        yield from ((family, "country", key) for key in telling.participants)


def sought(telling: Telling) -> Iterable[Mark]:
    """The marks of which one, at least, is on every telling of its kind that may be of the same event."""
    family, when = telling.event.family, telling.when
    assert when is not None
    if telling.actor is None:
        return [(family, "when", when)]
    return [(family, "nobody", when), *(mark for mark in marks(telling) if mark[1] != "when")]


def body_marks(bodies: Iterable[str]) -> Iterator[Mark]:
    """What tellings are found by that name a body, whatever it does."""
    return (("", "body", body) for body in bodies)


def _citation(number: int, report: Report, event: Event) -> Citation:
    """The event's sentence, and the sentence with the words its date is counted from when that is another."""
    sentence = report.sentences[event.sentence].span
    anchor = None if event.time is None else event.time.anchor_span
    if anchor is None or sentence.holds(anchor):
        return Citation(source=number, sentence=sentence)
    earlier = next((other.span for other in report.sentences if other.span.holds(anchor)), None)
    return Citation(source=number, sentence=sentence, antecedent=earlier)


def _is_lately(time: TimeExpression, report: Report) -> bool:
    """Whether a time expression tells that something happened lately: "recently", not the adjective "recent"."""
    return time.value == "PAST_REF" and time.span.of(report.article.text).lower() != "recent"


def _around(report: Report, event: Event, same: Mapping[str, str]) -> frozenset[str]:
    """All bodies that the event's sentence names, beside those of its clause."""
    sentence = report.sentences[event.sentence].span
    first = bisect_left(report.mentions, sentence.start, key=lambda mention: mention.span.start)
    inside = takewhile(lambda mention: mention.span.start < sentence.end, islice(report.mentions, first, None))
    keys = (report.bodies[mention.body].key for mention in inside if sentence.holds(mention.span))
    return frozenset(same.get(key, key) for key in keys) | {same.get(key, key) for key in event.participants}


def same_event(one: Telling, other: Telling, horizon: date) -> bool:
    """Whether two dated tellings are of one event."""
    if one.when is None or other.when is None or not one.when.meets(other.when):
        return False
    if one.source == other.source and one.citation == other.citation and one.event.family != other.event.family:
        return False
    shared = one.participants & other.participants
    if latest(one.when) < horizon:
        same_grain = one.when.grain is other.when.grain
        return bool(shared) if same_grain else len(one.around & other.around) > 1
    alike = likeness(one, other)
    if one.event.family == other.event.family:
        actors = _actors_match(one, other)
        if one.event.family in _STRICT:
            return _same_speaker(one, other) and alike >= _LIKE_SPEECH
        return actors is True or (actors is None and one.when == other.when)
    return one.when == other.when and one.when.grain is Grain.DAY and alike >= LIKE_EVENT and bool(shared)


def likeness(one: Telling, other: Telling) -> float:
    """The share of words that both tellings use, of the words of the shorter."""
    shorter = min(len(one.event.terms), len(other.event.terms))
    return len(one.terms & other.terms) / shorter if shorter else 0.0


def _same_speaker(one: Telling, other: Telling) -> bool:
    """Whether the same body speaks or travels; an institution named without its country may be that of the other."""
    if one.actor is None or other.actor is None:
        return False
    (country, role), (other_country, other_role) = _split(one.actor), _split(other.actor)
    unowned = role is not None and role == other_role and institution(role) is not None
    return one.actor == other.actor or (unowned and (country is None or other_country is None))


def _actors_match(one: Telling, other: Telling) -> bool | None:
    """Whether the same body acts; None where a telling names none."""
    if one.actor is None or other.actor is None:
        return None
    if one.actor == other.actor:
        return True
    country, role = _split(one.actor)
    other_country, other_role = _split(other.actor)
    if role is not None and role == other_role:
        return country is None or other_country is None
    return _stands_for(one, other) or _stands_for(other, one)


def _stands_for(general: Telling, special: Telling) -> bool:
    """Whether a bare country, or an office of it that is no institution, may be the other telling's actor."""
    country, role = _split(general.actor or "")
    if country is None or (role is not None and institution(role) is not None) or role in ("ministry", "parliament"):
        return False
    special_country, special_role = _split(special.actor or "")
    if special_country is not None:
        return special_country == country and role is None
    return special_role is None and country in special.participants


@lru_cache(maxsize=1 << 14)
def _split(actor: str) -> tuple[str | None, str | None]:
    """ "norway: parliament" -> norway, parliament; "norway" -> norway, None; "parliament" -> None, parliament."""
    country, colon, role = actor.partition(": ")
    if colon:
        return country, role
    if country_of(actor.title()) is not None:
        return actor, None
    return None, actor if institution(actor) is not None else None


def ways_to_name(tellings: Iterable[Telling]) -> set[frozenset[str]]:
    """The different words, beside its country, in which an institution is named."""
    ways = set()
    for telling in tellings:
        _, role = _split(telling.actor or "")
        if role is not None and institution(role) not in (None, "media"):
            words = re.findall(r"[^\W\d_]+", telling.actor_words.lower())
            ways.add(frozenset(w for w in words if w not in _FUNCTION_WORDS and country_of(w) is None))
    return ways
