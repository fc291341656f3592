"""Which days of a story come first, and why; and the benchmark's adapter that ranks them."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.timeline import main
from bot.digest.model import (
    Account,
    Article,
    ArticleId,
    Basis,
    Citation,
    Entry,
    Event,
    EventStatus,
    Grain,
    Published,
    Source,
    Span,
    TimeExpression,
    TimeKind,
    When,
)
from bot.digest.salience import STORY_LEAD, Salience, Witness, days_by_salience, importance, witness

START = date(2023, 9, 1)
SOMEWHERE = Span(start=0, end=1)


def day(number: int) -> date:
    """A day of September 2023, or of the months around it."""
    return START + timedelta(days=number - 1)


def article(origin: int, published: int, *named: int) -> Witness:
    """An article of this day that names these days."""
    return Witness(origin=origin, published=day(published), named=frozenset(map(day, named)))


def order(*witnesses: Witness) -> list[int]:
    """The days by their numbers, the most important first."""
    return [(found - START).days + 1 for found in days_by_salience(witnesses)]


def strength(number: int, *witnesses: Witness) -> float:
    """How strong a day is among these articles; 0 if it is absent."""
    found = days_by_salience(witnesses).get(day(number))
    return 0.0 if found is None else found.strength


def event(when: When | None, family: str = "attack", status: EventStatus = EventStatus.HAPPENED) -> Event:
    time = TimeExpression(span=SOMEWHERE, kind=TimeKind.DATE, value="", when=when)
    return Event(
        sentence=0,
        clause=(SOMEWHERE,),
        family=family,
        terms=(),
        participants=(),
        status=status,
        time=None if when is None else time,
    )


def on(first: int, last: int | None = None, grain: Grain = Grain.DAY) -> When:
    return When(first=day(first), last=day(last or first), grain=grain, reckoned=False)


def entry(when: When | None, *tellings: tuple[int, EventStatus]) -> Entry:
    accounts = tuple(
        Account(citation=Citation(source=number, sentence=SOMEWHERE), event=event(when, status=status))
        for number, status in tellings
    )
    return Entry(when=when, accounts=accounts)


def source(number: int, origin: int) -> Source:
    published = Published(moment=datetime(2023, 9, 1, tzinfo=UTC), basis=Basis.STATED)
    told = Article(id=ArticleId(str(number)), text="x", published=published)
    return Source(number=number, label="x", article=told, origin=origin)


SOURCES = {1: source(1, 1), 2: source(2, 2), 3: source(3, 1)}
DAYS = {
    day(1): Salience(strength=8.0, named_by=8, remembered_by=0),
    day(2): Salience(strength=2.0, named_by=2, remembered_by=0),
}


def test_a_day_that_more_articles_name_comes_first() -> None:
    ranked = order(article(1, 9, 7), article(2, 9, 8), article(3, 9, 8))

    assert ranked[0] == 8


def test_an_article_that_looks_back_on_many_days_outweighs_two_that_report_one() -> None:
    history = article(1, 40, 10, 13, 16, 19, 22, 25, 28)
    reports = (article(2, 32, 31), article(3, 32, 31))

    assert order(history, *reports).index(10) < order(history, *reports).index(31)


def test_a_day_remembered_alone_is_worth_a_report() -> None:
    assert strength(1, article(1, 20, 1)) == pytest.approx(strength(19, article(1, 20, 19)), rel=0.01)


def test_a_day_still_to_come_counts_less_than_one_that_has_been() -> None:
    ended = article(9, 20)

    assert strength(12, article(1, 11, 12), ended) < strength(10, article(1, 11, 10), ended)


def test_the_day_of_publication_counts_a_little_without_being_named() -> None:
    quiet, report = article(1, 11), article(2, 30, 29)

    assert 0 < strength(11, quiet, report) < strength(29, quiet, report)


def test_why_a_day_matters_is_said_in_counts_of_independent_articles() -> None:
    found = days_by_salience([article(1, 3, 2), article(2, 20, 2), article(2, 21, 2), article(3, 22, 9)])

    assert (found[day(2)].named_by, found[day(2)].remembered_by) == (2, 1)


def test_articles_of_one_origin_count_once_for_a_day() -> None:
    copies = [article(1, 11, 10), article(1, 11, 10), article(1, 11, 10)]

    assert strength(10, *copies) == strength(10, copies[0])


def test_reports_of_one_day_repeat_each_other_and_memories_of_many_days_do_not() -> None:
    at_once = [article(number, 11, 10) for number in range(5)]
    over_time = [article(number, 11 + number, 10) for number in range(5)]

    assert strength(10, *at_once) < 0.8 * strength(10, *over_time)


def test_a_day_amid_loud_days_counts_less_than_the_same_day_in_a_calm() -> None:
    calm = [article(1, 41, 40), article(2, 6, 5)]
    loud = [article(10 * number + more, number, number) for number in (3, 4, 6, 7) for more in range(9)]

    assert strength(5, *calm, *loud) < strength(40, *calm, *loud) == pytest.approx(strength(40, *calm))


def test_days_long_before_the_story_and_after_its_last_article_are_absent() -> None:
    background = 1 - STORY_LEAD.days

    assert order(article(1, 2, background, 1), article(2, 3, 9)) == [1, 2, 3]


def test_no_articles_have_no_days() -> None:
    assert days_by_salience([]) == {}


articles_drawn = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 60), st.frozensets(st.integers(1, 60), max_size=10)),
    min_size=1,
    max_size=8,
)


@given(articles_drawn, st.randoms())
@settings(max_examples=100)
def test_the_order_in_which_articles_arrive_changes_nothing(
    rows: list[tuple[int, int, frozenset[int]]], chance: random.Random
) -> None:
    articles = [article(origin, published, *named) for origin, published, named in rows]
    shuffled = chance.sample(articles, len(articles))

    assert list(days_by_salience(shuffled).items()) == list(days_by_salience(articles).items())


def test_only_single_days_are_named_and_each_once() -> None:
    told = [event(on(3)), event(on(2)), event(on(3), "say"), event(on(1, 30, Grain.MONTH)), event(None)]

    assert witness(7, day(5), told) == article(7, 5, 2, 3)


@pytest.mark.parametrize(
    ("greater", "smaller"),
    [
        # Two independent tellings against one.
        (entry(on(2), (1, EventStatus.HAPPENED), (2, EventStatus.HAPPENED)), entry(on(2), (1, EventStatus.HAPPENED))),
        # A day that matters against one that does not.
        (entry(on(1), (1, EventStatus.HAPPENED)), entry(on(2), (1, EventStatus.HAPPENED))),
        # What has happened against what is planned.
        (entry(on(1), (1, EventStatus.HAPPENED)), entry(on(1), (1, EventStatus.PLANNED))),
        # A day against the month around it; a date against none.
        (entry(on(1), (1, EventStatus.HAPPENED)), entry(on(1, 30, Grain.MONTH), (1, EventStatus.HAPPENED))),
        (entry(on(2), (1, EventStatus.HAPPENED)), entry(None, (1, EventStatus.HAPPENED))),
    ],
)
def test_an_entry_matters_more_than_another(greater: Entry, smaller: Entry) -> None:
    assert importance(greater, SOURCES, DAYS) > importance(smaller, SOURCES, DAYS)


def test_a_copy_of_an_article_makes_an_entry_no_more_important() -> None:
    copied = entry(on(1), (1, EventStatus.HAPPENED), (3, EventStatus.HAPPENED))

    assert importance(copied, SOURCES, DAYS) == importance(entry(on(1), (1, EventStatus.HAPPENED)), SOURCES, DAYS)


STORY = [
    ("2023-09-12", ["A dam above the town burst on Monday.", "Rescuers will arrive on Thursday."]),
    ("2023-09-13", ["The flood of 11 September drowned hundreds.", "The mayor said on Tuesday that help was slow."]),
    ("2023-09-20", []),
]


def test_the_adapter_ranks_the_days_of_a_folder_and_gives_each_its_words(tmp_path: Path) -> None:
    rows = [{"id": f"dam-{n}", "published": when, "sentences": text} for n, (when, text) in enumerate(STORY)]
    (tmp_path / "dam.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "daily.jsonl").write_text('{"id": "another layout"}\n', encoding="utf-8")
    (tmp_path / "dam.timelines.json").write_text('[{"name": "dam-a"}, {"name": "dam-b"}]', encoding="utf-8")

    assert main([str(tmp_path), str(tmp_path / "out.json"), "--as-scored"]) == 0

    dates = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    lines = json.loads((tmp_path / "out.lines.json").read_text(encoding="utf-8"))["dam"]
    expected = ["2023-09-11", "2023-09-12", "2023-09-13", "2023-09-20", "2023-09-14"]
    assert dates == {"dam-a": expected, "dam-b": expected}
    assert [line["date"] for line in lines] == expected
    assert lines[0] == {
        "date": "2023-09-11",
        "line": "A dam above the town burst on Monday.",
        "article": "dam-0",
        "named_by": 2,
        "remembered_by": 0,
    }
    assert lines[3]["line"] == ""
