"""Many tellings, one event: what happened when, over all articles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.digest.entities import country_of
from bot.digest.families import institution
from bot.digest.model import Account, Citation, Entry, Event, EventStatus, Grain, Report, TimeExpression, When

NEWS_WINDOW = timedelta(
    days=31
)  #: older days are background, mentioned for one reason, so tellings of one are one event
UNDATED_SHOWN = 6  #: undated happenings that are worth a place below the timeline
_LIKE_SPEECH = 0.12  #: share of words that two tellings of one statement have in common at least
_LIKE_EVENT = 0.30  #: share of words from which two tellings of one day are one event, whoever acts
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
_FUNCTION_WORDS = frozenset("the a an of 's ’s s its their his her both".split()) - {"both"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """An event with what is needed to compare it: its source's number and day, its names made one."""

    source: int
    published: date
    event: Event
    actor: str | None
    participants: frozenset[str]
    citation: Citation
    actor_words: str
    around: frozenset[str]
    recent: bool

    @property
    def when(self) -> When | None:
        return None if self.event.time is None else self.event.time.when


def timeline(reports: Sequence[Report], same: Mapping[str, str]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The dated entries by date, and the undated ones worth listing; ``same`` maps a key to its canonical key."""
    tellings = [telling for number, report in enumerate(reports, 1) for telling in _tellings(number, report, same)]
    if not tellings:
        return (), ()
    horizon = min(telling.published for telling in tellings) - NEWS_WINDOW
    dated = sorted((t for t in tellings if t.when is not None), key=_fineness)
    entries: list[list[_Telling]] = []
    for telling in dated:
        home = next((entry for entry in entries if any(_same_event(telling, other, horizon) for other in entry)), None)
        if home is None:
            entries.append([telling])
        else:
            home.append(telling)
    left = [t for t in tellings if t.when is None and (t.actor or t.recent) and not _attached(t, entries)]
    told = {telling.citation for entry in entries for telling in entry}
    dated_entries = sorted((_entry(entry) for entry in entries), key=_entry_order)
    return tuple(dated_entries), tuple(_undated([telling for telling in left if telling.citation not in told]))


def _tellings(number: int, report: Report, same: Mapping[str, str]) -> list[_Telling]:
    """An article's events, each sentence's undated acts only where no date stands."""
    return [
        _Telling(
            source=number,
            published=report.article.published.day,
            event=event,
            actor=None if event.actor_key is None else same.get(event.actor_key, event.actor_key),
            participants=frozenset(same.get(key, key) for key in event.participants),
            citation=_citation(number, report, event),
            around=_around(report, event, same),
            recent=any(_is_lately(time, report) and event.clause[0].holds(time.span) for time in report.times),
            actor_words="" if event.actor is None else event.actor.of(report.article.text),
        )
        for event in report.events
    ]


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
    keys = (report.bodies[m.body].key for m in report.mentions if sentence.holds(m.span))
    return frozenset(same.get(key, key) for key in keys) | {same.get(key, key) for key in event.participants}


def _fineness(telling: _Telling) -> tuple[int, date, int, int]:
    """Finest first, so that a coarse telling finds the day it may belong to."""
    when = telling.when
    assert when is not None
    return (
        _COARSE.index(when.grain),
        when.first or when.last or date.min,
        telling.source,
        telling.event.clause[0].start,
    )


def _entry_order(entry: Entry) -> tuple[date, int]:
    """By first day, coarse before fine."""
    assert entry.when is not None
    return (entry.when.first or entry.when.last or date.min, -_COARSE.index(entry.when.grain))


def _same_event(one: _Telling, other: _Telling, horizon: date) -> bool:
    """Whether two dated tellings are of one event."""
    if one.when is None or other.when is None or not one.when.meets(other.when):
        return False
    if one.source == other.source and one.citation == other.citation and one.event.family != other.event.family:
        return False
    shared = one.participants & other.participants
    if _latest(one.when) < horizon:
        same_grain = one.when.grain is other.when.grain
        return bool(shared) if same_grain else len(one.around & other.around) > 1
    likeness = _likeness(one.event, other.event)
    if one.event.family == other.event.family:
        actors = _actors_match(one, other)
        if one.event.family in _STRICT:
            return _same_speaker(one, other) and likeness >= _LIKE_SPEECH
        return actors is True or (actors is None and one.when == other.when)
    return one.when == other.when and one.when.grain is Grain.DAY and likeness >= _LIKE_EVENT and bool(shared)


def _latest(when: When) -> date:
    """The last day it may mean."""
    return when.last or when.first or date.max


def _likeness(one: Event, other: Event) -> float:
    """The share of words that both tellings use, of the words of the shorter."""
    shorter = min(len(one.terms), len(other.terms))
    return len(set(one.terms) & set(other.terms)) / shorter if shorter else 0.0


def _same_speaker(one: _Telling, other: _Telling) -> bool:
    """Whether the same body speaks or travels; an institution named without its country may be that of the other."""
    if one.actor is None or other.actor is None:
        return False
    (country, role), (other_country, other_role) = _split(one.actor), _split(other.actor)
    unowned = role is not None and role == other_role and institution(role) is not None
    return one.actor == other.actor or (unowned and (country is None or other_country is None))


def _actors_match(one: _Telling, other: _Telling) -> bool | None:
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


def _stands_for(general: _Telling, special: _Telling) -> bool:
    """Whether a bare country, or an office of it that is no institution, may be the other telling's actor."""
    country, role = _split(general.actor or "")
    if country is None or (role is not None and institution(role) is not None) or role in ("ministry", "parliament"):
        return False
    special_country, special_role = _split(special.actor or "")
    if special_country is not None:
        return special_country == country and role is None
    return special_role is None and country in special.participants


def _split(actor: str) -> tuple[str | None, str | None]:
    """ "norway: parliament" -> norway, parliament; "norway" -> norway, None; "parliament" -> None, parliament."""
    country, colon, role = actor.partition(": ")
    if colon:
        return country, role
    if country_of(actor.title()) is not None:
        return actor, None
    return None, actor if institution(actor) is not None else None


def _attached(telling: _Telling, entries: list[list[_Telling]]) -> bool:
    """Adds an undated telling to the latest dated event of the same actor and kind; says whether there is one."""
    if telling.actor is None or telling.event.status is not EventStatus.HAPPENED or telling.event.family in _STRICT:
        return False
    homes = [
        entry
        for entry in entries
        if any(
            other.event.family == telling.event.family and other.actor == telling.actor and other.when is not None
            for other in entry
        )
        and all(other.citation != telling.citation for other in entry)
        and telling.published - NEWS_WINDOW <= _latest(entry[0].when or _no_day()) <= telling.published
    ]
    if not homes:
        return False
    max(homes, key=lambda entry: _latest(entry[0].when or _no_day())).append(telling)
    return True


def _no_day() -> When:
    return When(first=date.min, last=date.min, grain=Grain.DAY, reckoned=True)


def _entry(tellings: Sequence[_Telling]) -> Entry:
    """One entry of one or more tellings, one account a sentence."""
    accounts: dict[Citation, Account] = {}
    for telling in tellings:
        accounts.setdefault(telling.citation, Account(citation=telling.citation, event=telling.event))
    return Entry(
        when=tellings[0].when, accounts=tuple(accounts.values()), actors_differ=len(_ways_to_name(tellings)) > 1
    )


def _ways_to_name(tellings: Sequence[_Telling]) -> set[frozenset[str]]:
    """The different words, beside its country, in which an institution is named."""
    ways = set()
    for telling in tellings:
        _, role = _split(telling.actor or "")
        if role is not None and institution(role) not in (None, "media"):
            words = re.findall(r"[^\W\d_]+", telling.actor_words.lower())
            ways.add(frozenset(w for w in words if w not in _FUNCTION_WORDS and country_of(w) is None))
    return ways


def _undated(tellings: Sequence[_Telling]) -> list[Entry]:
    """The undated happenings that several articles tell or one calls recent, the most told first."""
    clusters: list[list[_Telling]] = []
    for telling in tellings:
        if telling.event.family == "say" or len(telling.event.terms) < 3:
            continue
        home = next(
            (
                cluster
                for cluster in clusters
                if any(
                    other.event.family == telling.event.family
                    and other.actor == telling.actor
                    and _likeness(other.event, telling.event) >= _LIKE_EVENT
                    for other in cluster
                )
            ),
            None,
        )
        if home is None:
            clusters.append([telling])
        else:
            home.append(telling)
    told = [cluster for cluster in clusters if len({t.source for t in cluster}) > 1 or any(t.recent for t in cluster)]
    told.sort(key=lambda cluster: (-len({t.source for t in cluster}), cluster[0].source))
    return [_entry(cluster) for cluster in told[:UNDATED_SHOWN]]
