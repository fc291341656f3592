"""What articles open with, where it has no date in words or so few write of a story that nobody else tells it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta

from bot.digest.alert import Alert, AlertKind, Reported, key_of
from bot.digest.glued import proper
from bot.digest.model import Citation, Line, Source, Span
from bot.digest.new_events import LEANING, told_words
from bot.digest.news_writing import is_of_now, names_day_or_speaker, tells_news
from bot.digest.newsroom import FEW, PACE, REPORT, Newsroom, content, reported, telling
from bot.digest.openings import openings
from bot.digest.standing import CONNECTIVE, standing
from bot.digest.voice import voice

TOPIC = 3  #: words of the story's topic in it, as in an event that one article tells
SHORTEST = 8  #: words of a sentence that tells an article's news
TERMS = 6  #: words in it that say something
ORIGINS = 2  #: that open with the like, in a story of more than a few articles, on a day of which something was told
MEMORY = timedelta(days=14)  #: what was said longer ago may be news again
A_DAY = 2  #: alerts of one day; of more, somebody may read the briefing
_ASKS = re.compile(r"^(?:How|Why|What|Here)\b")


def reports(desk: Newsroom, known: Collection[str], told: Collection[int]) -> Iterator[Alert]:
    """The openings of fresh articles that are news, and that none of the alerts about the articles ``told`` tells."""
    before = list(reported(known))
    heard = Counter(day for day, _ in before)
    events = list(told_words(desk, known))
    before += events
    eventful = {day for day, _ in events}
    for number in sorted(desk.fresh - set(told)):
        source = desk.sources[number]
        day = source.article.published.day
        opening = next((Citation(source=number, sentence=span) for span in openings(source)), None)
        if opening is None or desk.latest - day > PACE or heard[day] >= A_DAY:
            continue
        words = telling(_own(desk, opening))
        is_told = any(desk.is_like(words, other, day - past) for past, other in before if day - past <= MEMORY)
        if is_told or not _is_report(desk, opening):
            continue
        is_believed = desk.pace < FEW or (not heard[day] and day not in eventful)
        if not _is_news(desk, opening, 1 if is_believed and not _is_unsourced(desk, opening) else ORIGINS):
            continue
        heard[day] += 1
        before.append((day, words))
        yield Alert(
            keys=(key_of(REPORT, str(day), "+".join(sorted(words))),),
            kind=AlertKind.EVENT,
            told=Reported(line=_from_its_beginning(desk, opening)),
            importance=0.5,
        )


def _own(desk: Newsroom, opening: Citation) -> str:
    """The sentence without what ran into it."""
    text = desk.source(opening).article.text
    return proper(opening.sentence, text).of(text)


def _is_report(desk: Newsroom, opening: Citation) -> bool:
    """Whether an opening is of the story, stands by itself, and tells news of its day."""
    own, source = _own(desk, opening), desk.source(opening)
    if voice(source).comments:
        return False
    if (
        len(own.split()) < SHORTEST
        or len(content(own)) < TERMS
        or not desk.is_topical(opening, TOPIC)
        or _ASKS.search(own)
    ):
        return False
    return standing(own).penalty < LEANING and tells_news(own) and is_of_now(own, source.article.published.day)


def _is_unsourced(desk: Newsroom, opening: Citation) -> bool:
    """Whether an article tells on its own account, and opens with neither its day nor somebody who says so."""
    source = desk.source(opening)
    return voice(source).cites_nobody and not names_day_or_speaker(_own(desk, opening), source.article.published.day)


def _from_its_beginning(desk: Newsroom, opening: Citation) -> Line:
    """The line without what ran into its sentence."""
    own, end = _own(desk, opening), opening.sentence.end
    tie = CONNECTIVE.match(own)
    first = end - len(own) + (tie.end() if tie is not None else 0)
    return Line(citation=opening, pieces=(Span(start=first, end=end),))


def _is_news(desk: Newsroom, opening: Citation, needed: int) -> bool:
    """Whether so many origins open with the like of it these days, and none did before."""
    source, own = desk.source(opening), _own(desk, opening)
    words = telling(own)
    origins = {source.origin}
    for other in desk.new.sources:
        age = source.article.published.day - other.article.published.day
        if age > timedelta() and own in other.article.text:
            return False
        if (
            other.number == source.number
            or not timedelta() <= age <= MEMORY
            or not _opens_like(desk, other, words, age)
        ):
            continue
        if age > PACE:
            return False
        origins.add(other.origin)
    return len(origins) >= needed


def _opens_like(desk: Newsroom, source: Source, words: frozenset[str], apart: timedelta) -> bool:
    return any(
        desk.is_like(words, telling(_own(desk, Citation(source=source.number, sentence=span))), apart)
        for span in openings(source)[:1]
    )
