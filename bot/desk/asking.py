"""What a plain message asks for: one of the story's commands, or the words that it is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from bot.desk.vocabulary import Term, folded
from bot.digest.model import Tracker
from bot.digest.stop_words import STOP_WORDS
from bot.digest.stretches import stretch

SEARCH = "search"  #: the command that looks for words


class Wanted(StrEnum):
    """What sort of answer a question asks for."""

    TIME = "when"
    NUMBER = "how many"
    PERSON = "who"
    IDENTITY = "who or what somebody or something is"
    PLACE = "where"
    SPEECH = "what somebody says"
    REASON = "why"


def is_in_other_letters(words: str) -> bool:
    """Whether most of the letters are none of the Latin script, so that no English article can hold the words."""
    letters = [letter for letter in words if letter.isalpha()]
    return 2 * sum(not unicodedata.name(letter, "").startswith("LATIN ") for letter in letters) > len(letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command and the words it is asked about, in which days may be named."""

    command: str
    words: str = ""


_SPEECH = frozenset("say tell told think call called state comment warn ask respond answer believe want".split())
_MEASURES = frozenset("many much far long old large big high often few number".split())
_IDENTITY = re.compile(r"\W*(?:who|what)(?:\s+(?:is|are|was|were)|['’]s)\s+(?:[\w.’'-]+\W*){1,5}", re.IGNORECASE)
_HAPPEN = frozenset("happen happened happening happens occur occurred event events chronology timeline".split())
_DIFFER = frozenset(
    """disagree disagrees disagreed disagreement disagreements contradict contradicts contradicted contradiction
    contradictions contradictory differ differs discrepancy discrepancies inconsistent inconsistency
    inconsistencies conflicting""".split()
)
_SOURCES = frozenset("source sources article articles publisher publishers outlet outlets newspaper newspapers".split())
_SUMMARY = frozenset("summary summarize summarise sum tldr overview gist recap latest".split())
_COUNTS = frozenset("figure figures number numbers count counts claim claims report reports estimate estimates".split())
_GENERIC = frozenset(
    """story news read based base use used used come come coming new update updates brief short bottom line point points
    main key everything all whole thing date dates order far each number other others catch different differently got
    people anyone else matter situation subject""".split()
)
_WHOLE = re.compile(
    r"\W*(?:what(?:\s+is|['’]s|s)?\s+(?:(?:this|the|your)\s+(?:story|news|all\s+this)\b.*|going\s+on|new|up|the\s+latest.*|(?:all\s+)?this"
    r"(?:\s+all)?\s+about)|tl;?\s?dr|sum\s+(?:it|this|that)?\s*(?:all\s+)?up|catch\s+me\s+up|any\s+news|news)\W*",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\W*(?:hello|hi|hey|howdy|greetings|good\s+(?:morning|day|afternoon|evening|night)|morning"
    r"|help(?:\s+me)?)(?:\s+(?:there|bot|again|all|everyone|please))*\W*",
    re.IGNORECASE,
)


def wanted(words: str) -> Wanted | None:
    """What sort of answer a question's words ask for, as far as they tell."""
    asked = folded(words)
    if "when" in asked or ("what" in asked[:2] and {"day", "date", "time", "year", "month"} & {*asked[:3]}):
        return Wanted.TIME
    if "how" in asked and _MEASURES & {*asked[asked.index("how") + 1 :][:1]}:
        return Wanted.NUMBER
    if "where" in asked:
        return Wanted.PLACE
    if "why" in asked:
        return Wanted.REASON
    if {"what", "who", "how"} & {*asked[:1]} and _SPEECH & {*asked}:
        return Wanted.SPEECH
    if _IDENTITY.fullmatch(words):
        return Wanted.IDENTITY
    return Wanted.PERSON if {"who", "whom", "whose"} & {*asked} else None


def lead(words: str) -> tuple[str, ...]:
    """The words of a question that tell what sort of answer it asks for."""
    asked = folded(words)
    for at, word in enumerate(asked):
        if word == "how":
            return asked[at : at + 2]
        if word in {"who", "whom", "whose", "when", "where", "why", "what"}:
            return (word,)
    return ()


def nearest(message: str, trackers: Sequence[Tracker], terms: Sequence[Term], today: date) -> Asked:
    """The command nearest to a message, with the words that narrow it; a search when none is near, for no words when
    the message only greets.

    ``terms`` are what the message's words look for.
    """
    words = " ".join(message.split())
    if _GREETING.fullmatch(words):
        return Asked(command=SEARCH)
    first, _, rest = words.removeprefix("/").partition(" ")
    commands = ("summary", "timeline", "conflicts", "sources", SEARCH, *(tracker.command for tracker in trackers))
    if first.lower() in commands and first.lower() not in _SOURCES - {"sources"}:
        return Asked(command=first.lower(), words=rest)
    time = stretch(words, today)
    left = words if time is None else time.rest
    when = "" if time is None else time.said
    plain = {*folded(left)}
    told = _content(left)
    if _WHOLE.fullmatch(left) or (plain & _SUMMARY and told <= _SUMMARY | _GENERIC | _HAPPEN):
        return Asked(command="summary", words=when)
    if plain & _DIFFER or ({"conflict", "conflicts"} & plain and plain & (_SOURCES | _COUNTS)):
        ignored = _DIFFER | _SOURCES | _COUNTS | _GENERIC | {"conflict", "conflicts"}
        return Asked(command="conflicts", words=_narrowing(left, ignored, when))
    if plain & _SOURCES and told <= _SOURCES | _GENERIC:
        return Asked(command="sources", words=when)
    counted = _counted(left, trackers, terms)
    if counted is not None:
        tracker, ignored = counted
        return Asked(command=tracker.command, words=_narrowing(left, ignored | _GENERIC | _COUNTS, when))
    if (plain & _HAPPEN and ("what" in plain or told <= _HAPPEN | _GENERIC)) or (time is not None and not told):
        return Asked(command="timeline", words=_narrowing(left, _HAPPEN | _GENERIC, when))
    return Asked(command=SEARCH, words=words)


def _counted(words: str, trackers: Sequence[Tracker], terms: Sequence[Term]) -> tuple[Tracker, frozenset[str]] | None:
    """The tracker whose figures are asked for, and the words that ask for it."""
    asked = folded(words)
    how_many = wanted(words) is Wanted.NUMBER or bool({*asked} & {"number", "count"})
    names = {word for term in terms if term.bodies for word in folded(term.said)}
    for tracker in trackers:
        units, statuses = _lexicon(tracker)
        counted = {word for word in asked if _singular(word) in units}
        stated = {word for word in asked if _stem(word) in statuses}
        if not (stated if tracker.needs_status else counted):
            continue
        others = _content(words) - counted - stated - names - _GENERIC - _COUNTS
        if how_many or all(word.isdecimal() for word in others):
            return tracker, frozenset(counted | stated)
    return None


@cache
def _lexicon(tracker: Tracker) -> tuple[frozenset[str], frozenset[str]]:
    """The nouns a tracker counts, in the singular, and the stems of the words that state something of them."""
    nouns = {*tracker.units, *tracker.totals, tracker.command, tracker.name}
    units = {_singular(noun) for noun in nouns if " " not in noun and not noun.startswith("*")}
    statuses = {_stem(word) for name, words in tracker.statuses for word in (name, *words) if " " not in word}
    if tracker.needs_status:
        statuses |= {_stem(tracker.command), _stem(tracker.name)}
    return frozenset(units), frozenset(statuses)


def _narrowing(words: str, ignored: frozenset[str] | set[str], when: str) -> str:
    """The words as they were written that are none of the ignored ones, and the days."""
    kept = [word for word in words.split() if _content(word) - ignored]
    return " ".join([*(word.strip('.,;:!?"“”()') for word in kept), *([when] if when else [])])


def _content(words: str) -> set[str]:
    return {word for word in folded(words) if word not in STOP_WORDS}


def _singular(noun: str) -> str:
    if noun.endswith("men"):
        return f"{noun[:-3]}man"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") and len(noun) > 3 else noun


_VOWEL_ENDS: Mapping[str, str] = {"dying": "die", "lost": "lose", "slain": "slay"}


def _stem(word: str) -> str:
    """A verb or noun without its commonest endings."""
    word = _VOWEL_ENDS.get(word, word)
    for ending in ("ied", "ies", "ing", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)]
    return word
