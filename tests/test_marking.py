"""The marks in an article's text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.model import PassageKind, Report, Span, TimeExpression, TimeKind
from bot.digest.reading import read
from bot.render.marking import Ask, Kind, Marked, Meaning, marked
from tests.story import article, seed_reports, shipped_trackers

DAY = date(2024, 5, 7)


def read_text(text: str) -> Report:
    return read(article(text, day=DAY), shipped_trackers())


def words_of(found: Marked, index: int) -> str:
    """The text that carries a meaning."""
    return "".join(segment.text for segment in found.segments if index in segment.meanings)


@pytest.mark.parametrize("report", seed_reports(), ids=lambda report: report.article.id[:3])
def test_segments_join_to_exactly_the_article(report: Report) -> None:
    found = marked(report)

    assert "".join(segment.text for segment in found.segments) == report.article.text
    assert {index for segment in found.segments for index in segment.meanings} == set(range(len(found.meanings)))


@pytest.mark.parametrize("report", seed_reports(), ids=lambda report: report.article.id[:3])
def test_only_prose_is_marked(report: Report) -> None:
    found = marked(report)

    passages = {segment.passage for segment in found.segments if segment.meanings}
    assert passages == {PassageKind.PROSE}


def test_a_figure_tells_what_who_how_many_and_where() -> None:
    found = marked(read_text("General Jane Doe said that around 3,000 Norwegian soldiers are stationed in Larvik."))

    figures = [meaning for meaning in found.meanings if meaning.kind is Kind.FIGURE]
    assert figures == [
        Meaning(
            kind=Kind.FIGURE,
            words="around 3,000",
            facts=(
                (Ask.HOW_MANY, "about 3,000"),
                (Ask.WHAT, "Norwegian soldiers"),
                (Ask.STATUS, "stationed"),
                (Ask.WHERE, "Larvik"),
                (Ask.SAID_BY, "General Jane Doe"),
            ),
        )
    ]
    assert words_of(found, found.meanings.index(figures[0])) == "around 3,000 Norwegian soldiers"


def test_a_date_tells_its_day_and_what_it_is_counted_from() -> None:
    found = marked(read_text("The parliament adopted the budget on Monday."))

    dates = [meaning for meaning in found.meanings if meaning.kind is Kind.DATE]
    assert dates == [
        Meaning(
            kind=Kind.DATE,
            words="Monday",
            facts=((Ask.WHEN, "Mon 6 May 2024"), (Ask.COUNTED_FROM, "Tue 7 May 2024")),
        )
    ]


def test_words_of_several_marks_carry_all_of_them_the_shortest_last() -> None:
    found = marked(read_text("The parliament adopted the budget on Monday."))

    monday = next(segment for segment in found.segments if segment.text == "Monday")
    assert [found.meanings[index].kind for index in monday.meanings] == [Kind.EVENT, Kind.DATE]


@st.composite
def reports_with_dates(draw: st.DrawFn) -> Report:
    """A text with dates anywhere in it, over each other as they come."""
    report = read_text("One two three four five six.")
    size = len(report.article.text)
    bounds = draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(1, size)), max_size=8))
    spans = [Span(start=min(pair), end=max(*pair, min(pair) + 1)) for pair in bounds]
    times = tuple(TimeExpression(span=span, kind=TimeKind.DATE, value="") for span in spans)
    return replace(report, times=times)


@given(reports_with_dates())
def test_marks_that_overlap_keep_their_own_words(report: Report) -> None:
    found = marked(report)

    text = report.article.text
    expected = sorted(report.times, key=lambda time: (time.span.start, -(time.span.end - time.span.start)))
    assert "".join(segment.text for segment in found.segments) == text
    assert [words_of(found, index) for index in range(len(expected))] == [time.span.of(text) for time in expected]
