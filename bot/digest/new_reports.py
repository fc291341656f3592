"""What articles open with, where it has no date in words or so few write of a story that nobody else tells it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from bot.digest.alert import Alert, AlertKind, Reported, key_of
from bot.digest.captions import is_caption
from bot.digest.model import Line
from bot.digest.new_events import LEANING, told_words
from bot.digest.news_writing import beginning, is_aside, place, tells_news
from bot.digest.newsroom import FEW, PACE, REPORT, Newsroom, reported
from bot.digest.standing import standing

OPENING = 2  #: sentences with which an article opens; one of them tells its news
TOPIC = 3  #: words of the story's topic in it, as in an event that one article tells
TERMS = 6  #: words in it that say something
LIKE = 0.5  #: share of the shorter sentence's words from which two tell the same
ORIGINS = 2  #: that open with the like, in a story of more than a few articles
MEMORY = timedelta(days=14)  #: what was said longer ago may be news again
A_DAY = 2  #: alerts of one day; of more, somebody may read the briefing
_ASKS = re.compile(r"^(?:How|Why|What|Here)\b")


def reports(desk: Newsroom, known: Collection[str], told: Collection[int]) -> Iterator[Alert]:
    """The openings of fresh articles that are news, and that none of the alerts about the articles ``told`` tells."""
    before = list(reported(known))
    heard = Counter(day for day, _ in before)
    before += told_words(desk, known)
    seen: set[int] = set(told)
    for lead in sorted(desk.new.leads, key=lambda line: (line.citation.source, line.citation.sentence.start)):
        number, words = lead.citation.source, desk.words(lead.citation)
        if number in seen or number not in desk.fresh or not _is_opening(desk, lead):
            continue
        day = desk.source(lead.citation).article.published.day
        is_told = any(_is_like(words, other) for past, other in before if day - past <= MEMORY)
        if heard[day] >= A_DAY or is_told or not _is_news(desk, lead):
            continue
        seen.add(number)
        heard[day] += 1
        before.append((day, words))
        yield Alert(
            keys=(key_of(REPORT, str(day), "+".join(sorted(words))),),
            kind=AlertKind.EVENT,
            told=Reported(line=_from_its_beginning(desk, lead)),
            importance=0.5,
        )


def _is_opening(desk: Newsroom, lead: Line) -> bool:
    """Whether a line opens its article, is of the story, and says something by itself."""
    sentence, words = desk.sentence(lead.citation), desk.words(lead.citation)
    is_whole = lead.speaker is None and lead.citation.antecedent is None and len(words) >= TERMS
    if not is_whole or not desk.is_topical(lead.citation, TOPIC):
        return False
    source = desk.source(lead.citation)
    if desk.latest - source.article.published.day > PACE or is_aside(sentence) or is_caption(sentence, source):
        return False
    if standing(sentence[beginning(sentence) :]).penalty >= LEANING:
        return False
    if _ASKS.search(sentence):
        return False
    is_first = place(source.article.text, lead.citation.sentence.start) < OPENING
    return is_first and tells_news(sentence[beginning(sentence) :])


def _from_its_beginning(desk: Newsroom, lead: Line) -> Line:
    """The line without a dateline or heading that ran into its sentence."""
    first = lead.citation.sentence.start + beginning(desk.sentence(lead.citation))
    pieces = tuple(replace(piece, start=max(piece.start, first)) for piece in lead.pieces if piece.end > first)
    return replace(lead, pieces=pieces)


def _is_news(desk: Newsroom, lead: Line) -> bool:
    """Whether enough origins open with the like of it these days, and none did before."""
    source, words = desk.source(lead.citation), desk.words(lead.citation)
    origins = {source.origin}
    for other in desk.new.leads:
        if other.citation.source == source.number or not _is_like(words, desk.words(other.citation)):
            continue
        age = source.article.published.day - desk.source(other.citation).article.published.day
        if PACE < age <= MEMORY:
            return False
        if timedelta() <= age <= PACE:
            origins.add(desk.source(other.citation).origin)
    return len(origins) >= (1 if desk.pace < FEW else ORIGINS)


def _is_like(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= LIKE * max(1, min(len(one), len(other)))
