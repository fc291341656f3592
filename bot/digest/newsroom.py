"""What is asked of a story to judge its news: what is fresh, how much is written of late, what the story is about."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property, lru_cache

from bot.digest.model import Citation, Digest, Source
from bot.digest.news_writing import is_dated_later
from bot.digest.numbers import numerals
from bot.digest.salience import NEWS_AGE
from bot.digest.terms import stem, words

PACE = timedelta(days=1)  #: the story's pace is counted over the last article's day and so long before it
FEW = 4  #: origins of late, below which one alone is believed
TOPIC_SHARE = 0.08  #: of the articles, those in whose lines a word of the topic stands
TOPIC_FROM = 5  #: articles from which a story has a topic
SAME = 0.8  #: share of the longer sentence's words from which two are one
LIKE = 0.5  #: share of the shorter sentence's words, without the topic's, from which two tell the same
ALIKE = 0.6  #: the same of the longer one's words, with the topic's
TELLING = 2  #: such words that it takes at least
NUMBER = "#"  #: opens a number among the words of a sentence
LARGE = 10  #: numbers from here on are hardly the same by chance
WORTH = 2  #: words that a number counts for, when two sentences of these days share it
REPORT = "report"  #: opens the key of what an article opens with, before its day and the sentence's words
FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur|me|us)\b")
_CALENDAR = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?: \d{4})?\b"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?\b"
    r"|(?<![$£€\d,.])\b(?:1[5-9]|20)\d\d\b(?![,.]?\d)|\b\d{1,2}[:.]\d\d\b"
)  #: days, years and times of day
_GENERAL = frozenset(
    stem(word)
    for word in """
    say said says tell told report reported reports news new people person man men woman women official officials state
    country world time year month week day days night today yesterday tomorrow morning monday tuesday wednesday thursday
    friday saturday sunday january february march april may june july august september october november december
    national international government come came go went take took make made get got one two three first last number
    million thousand hundred according include spokesman spokeswoman world gmt edt est bst pm am
    """.split()
)


class Newsroom:
    """A digest beside the last one; ``fresh`` are the articles that are new or have another text, and are not old.

    An article that writes of later days than that of its publication is not fresh: nobody knows when it was written.

    ``latest`` is the day of the newest article.
    """

    def __init__(self, *, old: Digest, new: Digest) -> None:
        self.old = old
        self.new = new
        before = {(source.article.id, source.article.text) for source in old.sources}
        added = [source for source in new.sources if (source.article.id, source.article.text) not in before]
        self.latest = max((source.article.published.day for source in new.sources), default=date.min)
        self.fresh = {
            source.number
            for source in added
            if self.latest - source.article.published.day <= NEWS_AGE
            and not is_dated_later(source.article.text, source.article.published.day)
        }

    def source(self, citation: Citation) -> Source:
        """The article that is cited."""
        return self.new.sources[citation.source - 1]

    @cached_property
    def pace(self) -> float:
        """How much was published of late, in articles of independent origins."""
        return self.weight({s.number: 1.0 for s in self.new.sources if self.latest - s.article.published.day <= PACE})

    def weight(self, articles: Mapping[int, float]) -> float:
        """The weights of articles, by their numbers, added up; those of one origin count less the more they are."""
        by_origin: dict[int, float] = defaultdict(float)
        for number, weight in articles.items():
            by_origin[self.new.sources[number - 1].origin] += weight
        return math.fsum(min(weight, math.sqrt(weight)) for weight in by_origin.values())

    @cached_property
    def sources(self) -> dict[int, Source]:
        """The articles by their numbers."""
        return {source.number: source for source in self.new.sources}

    @cached_property
    def topic(self) -> frozenset[str]:
        """The words that the story's articles have in common, by the lines that stand for each; of few none."""
        if len(self.new.sources) < TOPIC_FROM:
            return frozenset()
        counts: Counter[str] = Counter()
        by_source: dict[int, set[str]] = defaultdict(set)
        for lead in self.new.leads:
            by_source[lead.citation.source] |= self.words(lead.citation)
        for found in by_source.values():
            counts.update(found)
        return frozenset(word for word, count in counts.items() if count >= max(2, TOPIC_SHARE * len(by_source)))

    def is_topical(self, citation: Citation, needed: int) -> bool:
        """Whether a sentence is on the story's topic; of a story of few articles any is."""
        return len(self.new.sources) < TOPIC_FROM or len(self.words(citation) & self.topic) >= needed

    def words(self, citation: Citation) -> frozenset[str]:
        """The stems of a sentence's words that say something."""
        return content(self.sentence(citation))

    def is_like(self, one: frozenset[str], other: frozenset[str], apart: timedelta) -> bool:
        """Whether two sentences, by their words, tell the same: those count that not every article has.

        What was written more than two days ``apart`` may be the next step of one matter; it must share more. Within
        these days a number that both give is as good as words.
        """
        numbers = {word for word in one & other if word.startswith(NUMBER)}
        one, other = _without_numbers(one), _without_numbers(other)
        if len(one & other) >= ALIKE * max(1, len(one), len(other)):
            return True
        first, second = one - self.topic, other - self.topic
        is_near = abs(apart) <= 2 * PACE
        shared = len(first & second) + (WORTH * len(numbers) if is_near and first & second else 0)
        return shared >= max(TELLING if is_near else 2 * TELLING, LIKE * min(len(first), len(second)))

    def sentence(self, citation: Citation) -> str:
        """The sentence that is cited."""
        return citation.sentence.of(self.source(citation).article.text)


def reported(known: Collection[str]) -> Iterator[tuple[date, frozenset[str]]]:
    """The openings that were told, by the keys of their alerts: the article's day and the sentence's words."""
    for key in known:
        if key.startswith(REPORT + "|"):
            _, day, words = key.split("|", 2)
            yield date.fromisoformat(day), frozenset(words.split("+"))


def is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sentences, by their words, are one."""
    return len(one & other) >= SAME * max(1, len(one), len(other))


def _without_numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if not word.startswith(NUMBER))


@lru_cache(maxsize=1 << 15)
def telling(sentence: str) -> frozenset[str]:
    """What a sentence tells: its words that say something, and the numbers that are no day, year or time."""
    given = {
        f"{NUMBER}{numeral.low:.15g}"
        for numeral in numerals(_CALENDAR.sub(" ", sentence))
        if numeral.low is not None and numeral.low >= LARGE
    }
    return content(sentence) | given


@lru_cache(maxsize=1 << 15)
def content(sentence: str) -> frozenset[str]:
    """The stems of a sentence's words, without those of every news story."""
    return frozenset(word for word in words(sentence) if word not in _GENERAL and not word.isdigit())
