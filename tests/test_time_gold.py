"""Time expressions of invented news against marks made by hand before the code read them."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bot.digest.dates import timexes
from bot.digest.language import load, parse
from bot.digest.model import Article, ArticleId, Basis, Published

GOLD = tomllib.loads((Path(__file__).parent / "gold" / "time.toml").read_text(encoding="utf-8"))["story"]
FLOOR = 0.958  #: value F1
MISSED = {
    ("2021-03-02", "three hours later", "2021-03-01T07:17", "TIME"),  # no clock is moved by hours
    ("1999-02-03", "half an hour later", "1999-01-31T20:30", "TIME"),
    ("2010-01-04", "4 last year", "2009-06-04", "DATE"),  # read as "4" and "last year"
    ("2021-03-02", "Thursday", "2021-03-04", "DATE"),  # "declared three days of mourning from Thursday"
}

Mark = tuple[str, str, str, str]  #: day of publication, words, value, type


def marked() -> Counter[Mark]:
    return Counter((story["published"].isoformat(), *mark) for story in GOLD for mark in story["times"])


def read() -> Counter[Mark]:
    found: Counter[Mark] = Counter()
    for story in GOLD:
        day = story["published"]
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        published = Published(moment=moment, basis=Basis.STATED)
        article = Article(id=ArticleId("a"), text=story["text"], published=published)
        for expression in timexes(parse(article, load())):
            words = expression.span.of(article.text)
            found[(day.isoformat(), words, expression.value, expression.kind.value)] += 1
    return found


def test_the_marks_stand_in_their_texts() -> None:
    assert len(GOLD) >= 40
    for story in GOLD:
        for words, _, kind in story["times"]:
            assert words in story["text"]
            assert kind in ("DATE", "TIME", "DURATION", "SET")


def test_no_expression_is_missed_but_those_known_and_the_floor_holds() -> None:
    gold, found = marked(), read()

    right = (gold & found).total()
    assert set(gold - found) == MISSED
    assert 2 * right / (gold.total() + found.total()) >= FLOOR
