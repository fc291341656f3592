"""Which events are worth an alert."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot.digest.alert import Alert, AlertKind, Happening, key_of
from bot.digest.captions import is_caption
from bot.digest.glued import proper
from bot.digest.model import Account, Citation, Digest, Entry, Event, EventStatus, When
from bot.digest.news_writing import is_aside, is_whole, looks_ahead, tells_act
from bot.digest.newsroom import FEW, FIRST_PERSON, PACE, Newsroom, is_same, reported, telling
from bot.digest.openings import openings
from bot.digest.salience import NEWS_AGE, Witness, days_by_salience, importance, witness
from bot.digest.standing import standing
from bot.digest.voice import voice

EVENT_SHARE = 0.06  #: of what was published of late, how much more it takes for each further event of a day
FIRST = 0.7  #: an article that opens with a statement of the day, enough for the first event of a day
STEP = 0.4  #: articles more that it takes at least
TWICE = 1.4  #: two articles, of one origin or of two
URGENT_SHARE = 0.4  #: of the origins of late, those that tell an urgent event
EVENT_AGE = timedelta(days=2)  #: an event told first so long after it is no news
EMPTY = frozenset({"be", "have", "do", "seem", "appear", "become", "remain"})  #: families of no act
SAID = frozenset({"say", "meet"})  #: families of events that are told every day; they count less
LIKE = 0.35  #: likeness from which two sentences of one day tell one event
LONE_TOPIC = 3  #: words of the topic in a sentence that alone tells an event
EVENT_TOPIC = 2  #: words of the topic in a sentence that tells an event of the story
LEANING = 0.5  #: penalty from which a sentence needs another to be understood
TERMS = 4  #: content words that a telling has at least
EVENT = "event|"  #: opens the key of an event, before its day
_DAY = re.compile(
    r"(?i)\b(?:today|tonight|yesterday|(?:last|this) (?:night|morning|afternoon|evening|weekend)|overnight"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)"
)
_COMPARED = re.compile(r"\b(?:from|than|(?:with|to) the) [$£€]?\d[\d,.]*(?: [\w-]+){0,3} $")
"""How words lead up to a day that an earlier number is of: "up from 31 on Monday"."""
_STOPS = ".,;:!?)\"”’'—–"
_LINKS = frozenset("and but or that as while when after before because although though so where who which".split())
_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]")


def events(desk: Newsroom, known: Collection[str]) -> Iterator[Alert]:
    """Events of these days that enough articles tell in like words, one of them fresh; the more a day has, the more."""
    heard = Counter(date.fromisoformat(key.split("|")[1]) for key in known if key.startswith(EVENT))
    room = _Tellings(desk)
    before = [*reported(known), *told_words(desk, known)]
    days = None
    for when, accounts in room.by_date.items():
        for account in accounts:
            if account.citation.source not in desk.fresh or _event_key(when, account.event) in known:
                continue
            words = telling(desk.sentence(account.citation))
            day = when.last or date.max
            if _is_told(desk, day, words, before) or not desk.is_topical(account.citation, EVENT_TOPIC):
                continue
            alike = [other for other in accounts if room.likeness(account.citation, other.citation) >= LIKE]
            told = _told(desk, alike)
            if told < FIRST + heard[day] * max(STEP, desk.pace * EVENT_SHARE):
                continue
            if told < TWICE and not _opens_with(desk, account):
                continue
            heard[day] += 1
            before.append((day, words))
            days = days or days_by_salience(_witnesses(desk.new))
            tellings = [_from_its_beginning(desk, one) for one in _one_telling_an_origin(desk, account, alike)]
            entry = Entry(when=_when(account), accounts=tuple(tellings))
            yield Alert(
                keys=tuple(dict.fromkeys(_event_key(when, other.event) for other in (account, *alike))),
                kind=AlertKind.EVENT,
                told=Happening(entry=entry),
                importance=importance(entry, desk.sources, days),
                urgent=desk.pace >= FEW and told >= desk.pace * URGENT_SHARE,
            )


def _is_told(desk: Newsroom, day: date, words: frozenset[str], before: Iterable[tuple[date, frozenset[str]]]) -> bool:
    """Whether an alert told this very sentence, or the like of it in these days."""
    return any(
        is_same(words, other) or (abs(day - told) <= EVENT_AGE and desk.is_like(words, other, day - told))
        for told, other in before
    )


def told_words(desk: Newsroom, known: Collection[str]) -> Iterator[tuple[date, frozenset[str]]]:
    """The sentences of the events that were told, by their words, each with the event's day."""
    for entry in desk.new.timeline:
        for account in entry.accounts:
            when = _when(account)
            if when is not None and when.last is not None and _event_key(when, account.event) in known:
                yield when.last, telling(desk.sentence(account.citation))


class _Tellings:
    """What is told of these days, by the date it is given, and how like the sentences are that tell it."""

    def __init__(self, desk: Newsroom) -> None:
        self._desk = desk
        self.by_date: dict[When, list[Account]] = defaultdict(list)
        for entry in desk.new.timeline:
            last = entry.when.last if entry.when is not None else None
            if last is None or desk.latest - last > EVENT_AGE + NEWS_AGE:
                continue
            for account in entry.accounts:
                when = _when(account)
                if when is not None and _is_told_well(desk, account):
                    self.by_date[replace(when, reckoned=False)].append(account)
        told = [account for accounts in self.by_date.values() for account in accounts]
        counts = Counter(word for account in told for word in desk.words(account.citation))
        self._rarity = {word: math.log(1 + (1 + len(told)) / count) for word, count in counts.items()}

    def likeness(self, one: Citation, other: Citation) -> float:
        """From 0 to 1: the words that two sentences share, of those of both, the rarer the more."""
        first, second = self._desk.words(one), self._desk.words(other)
        whole = math.sqrt(self._length(first) * self._length(second))
        return self._length(first & second) / whole if whole else 0.0

    def _length(self, words: Iterable[str]) -> float:
        return math.fsum(self._rarity.get(word, 1.0) ** 2 for word in words)


def _when(account: Account) -> When | None:
    return account.event.time.when if account.event.time is not None else None


def _is_told_well(desk: Newsroom, account: Account) -> bool:
    """Whether a telling can stand for an event of these days: it is dated in words of its own, and says what was done.

    Who gives the day of his article with its number writes a dateline or a time stamp, not when something happened;
    the day of a caption that ran into a plan is the picture's, and that of an earlier number is the number's.
    """
    event, source = account.event, desk.source(account.citation)
    when = event.time.when if event.time is not None else None
    if when is None or when.last is None or when.first is None or event.time is None:
        return False
    text = source.article.text
    own = proper(account.citation.sentence, text)
    if not own.holds(event.time.span) and looks_ahead(own.of(text)):
        return False
    day, words = source.article.published.day, event.time.span.of(text)
    if not -EVENT_AGE <= day - when.last <= EVENT_AGE or when.last - when.first > EVENT_AGE:
        return False
    if not _is_shown_well(text, account):
        return False
    if re.match(r"[’']s\b", text[event.time.span.end :]) and words.lower() in ("today", "tonight"):
        return False
    if _COMPARED.search(text[account.citation.sentence.start : event.time.span.start]):
        return False
    is_stamp = when.last == day and any(letter.isdigit() for letter in words)
    sentence = _QUOTED.sub(" ", desk.sentence(account.citation))
    return (
        not is_stamp
        and not is_caption(desk.sentence(account.citation), source)
        and _DAY.search(words) is not None
        and event.family not in EMPTY
        and event.actor is not None
        and len(event.terms) >= TERMS
        and FIRST_PERSON.search(sentence) is None
    )


def _is_shown_well(text: str, account: Account) -> bool:
    """Whether the words that are shown make a clause with its actor, of a sentence that is whole, and no remark."""
    event, sentence = account.event, account.citation.sentence
    shown = " ".join(piece.of(text) for piece in event.clause)
    first, last = event.clause[0].start, event.clause[-1].end
    before, after = text[sentence.start : first].rstrip(), text[last : sentence.end].lstrip()
    whole = sentence.of(text)
    if standing(proper(sentence, text).of(text)).penalty >= LEANING:
        return False
    has_actor = event.actor is not None and any(piece.holds(event.actor) for piece in event.clause)
    begins = not before or before[-1] in _STOPS or before.split()[-1].lower() in _LINKS
    ends = not after or after[0] in _STOPS or shown.rstrip()[-1:] in _STOPS or after.split()[0].lower() in _LINKS
    return has_actor and begins and ends and is_whole(whole) and tells_act(shown) and not is_aside(shown)


def _told(desk: Newsroom, accounts: Iterable[Account]) -> float:
    """The articles that tell it; what is only planned or only said counts for less."""
    worth: dict[int, float] = {}
    for account in accounts:
        number = account.citation.source
        worth[number] = max(worth.get(number, 0.0), _weight(account.event))
    return desk.weight(worth)


def _opens_with(desk: Newsroom, account: Account) -> bool:
    """Whether the article opens with this, as the news of its day or the day before."""
    when = account.event.time.when if account.event.time is not None else None
    source = desk.source(account.citation)
    day, opening = source.article.published.day, () if voice(source).comments else openings(source)
    opens = any(span.meets(account.citation.sentence) for span in opening) and desk.is_topical(
        account.citation, LONE_TOPIC
    )
    return opens and when is not None and when.last in (day, day - PACE)


def _weight(event: Event) -> float:
    if event.status is not EventStatus.HAPPENED:
        return 0.3
    return FIRST if event.family in SAID else 1.0


def _event_key(when: When, event: Event) -> str:
    """The day, act and actor of a telling."""
    return key_of("event", str(when.last), event.family, event.actor_key or "+".join(sorted(event.terms)[:3]))


def _one_telling_an_origin(desk: Newsroom, first: Account, others: Iterable[Account]) -> tuple[Account, ...]:
    found: dict[int, Account] = {}
    for account in (first, *sorted(others, key=lambda other: -other.citation.source)):
        found.setdefault(desk.source(account.citation).origin, account)
    return tuple(found.values())


def _from_its_beginning(desk: Newsroom, account: Account) -> Account:
    """The telling without what ran into its sentence, when its date does not stand there."""
    event = account.event
    own = proper(account.citation.sentence, desk.source(account.citation).article.text)
    pieces = tuple(replace(piece, start=max(piece.start, own.start)) for piece in event.clause if piece.meets(own))
    is_dated = event.time is None or own.holds(event.time.span)
    return replace(account, event=replace(event, clause=pieces)) if pieces and is_dated else account


def _witnesses(digest: Digest) -> list[Witness]:
    events: dict[int, list[Event]] = defaultdict(list)
    for entry in digest.timeline:
        for account in entry.accounts:
            events[account.citation.source].append(account.event)
    return [witness(s.origin, s.article.published.day, events[s.number]) for s in digest.sources]
