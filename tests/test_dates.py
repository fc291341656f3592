"""What time phrases mean, in sentences of many kinds of news."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.dates import resolve, time_expressions, timexes
from bot.digest.dates.lexer import lexemes
from bot.digest.language import Parsed, load, parse
from bot.digest.model import Article, ArticleId, Basis, Grain, Published, Span, TimeKind, When

PUBLISHED = date(2024, 11, 12)  # a Tuesday


def read(text: str, published: date = PUBLISHED) -> Parsed:
    moment = datetime(published.year, published.month, published.day, tzinfo=UTC)
    article = Article(id=ArticleId("a"), text=text, published=Published(moment=moment, basis=Basis.STATED))
    return parse(article, load())


def values(text: str, published: date = PUBLISHED) -> list[tuple[str, str]]:
    """The words and value of each time expression of a text."""
    return [(found.span.of(text), found.value) for found in time_expressions(read(text, published))]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # Explicit dates.
        ("The flood of 14 July 2021 killed dozens.", [("14 July 2021", "2021-07-14")]),
        ("The treaty was signed on June 19, 2019.", [("June 19, 2019", "2019-06-19")]),
        ("The dam broke on 2024-10-31.", [("2024-10-31", "2024-10-31")]),
        ("Rebels took the town in February 2022.", [("February 2022", "2022-02")]),
        ("The union was founded in 1984.", [("1984", "1984")]),
        ("On the 5th of November, crowds gathered.", [("the 5th of November", "2024-11-05")]),
        # Days of the week, at and around the day of publication.
        ("The minister resigned on Tuesday.", [("Tuesday", "2024-11-12")]),
        ("The minister resigned on Wednesday.", [("Wednesday", "2024-11-06")]),
        ("The minister will resign on Wednesday.", [("Wednesday", "2024-11-13")]),
        ("The minister resigned last Tuesday.", [("last Tuesday", "2024-11-05")]),
        ("Talks resume next Tuesday.", [("next Tuesday", "2024-11-19")]),
        ("Voters go to the polls on Sunday, Nov. 17, in a runoff.", [("Sunday, Nov. 17", "2024-11-17")]),
        # Months and days without a year: the tense decides.
        ("The law took effect Jan. 1.", [("Jan. 1", "2024-01-01")]),
        ("The law will take effect Jan. 1.", [("Jan. 1", "2025-01-01")]),
        ("The strike began in August.", [("August", "2024-08")]),
        ("The court will rule in March.", [("March", "2025-03")]),
        ("The court ruled in December.", [("December", "2023-12")]),
        ("The hearing is scheduled for Dec. 3.", [("Dec. 3", "2024-12-03")]),
        ("The curfew was extended until March.", [("March", "2025-03")]),
        ("The company agreed in June to buy its rival.", [("June", "2024-06")]),
        ("The offer had been due to expire on Friday.", [("Friday", "2024-11-08")]),
        ("The offer is due to expire on Friday.", [("Friday", "2024-11-15")]),
        ("The board named the speakers on Nov. 20.", [("Nov. 20", "2024-11-20")]),
        ("Police cited evidence in the May attack.", [("May", "2024-05")]),
        ("From January through March, imports rose.", [("January through March", "2024-01/2024-03")]),
        # Counted from the day of publication.
        ("Inflation fell last month.", [("last month", "2024-10")]),
        ("Lawmakers approved it last week.", [("last week", "2024-W45")]),
        ("He arrived yesterday and leaves tomorrow.", [("yesterday", "2024-11-11"), ("tomorrow", "2024-11-13")]),
        ("The talks failed two weeks ago.", [("two weeks ago", "2024-W44")]),
        ("The talks failed three days ago.", [("three days ago", "2024-11-09")]),
        ("Sales doubled earlier in the month.", [("earlier in the month", "2024-11")]),
        ("A march is planned for the weekend.", [("the weekend", "2024-W46-WE")]),
        ("The coach resigned last Monday.", [("last Monday", "2024-11-04")]),
        ("The coach resigned last Friday.", [("last Friday", "2024-11-08")]),
        ("The coach resigned this past Monday.", [("this past Monday", "2024-11-11")]),
        ("The bridge opened last October.", [("last October", "2023-10")]),
        ("The bridge opened last August.", [("last August", "2024-08")]),
        ("The bridge will open in three weeks.", [("three weeks", "2024-W49")]),
        ("The bridge will be the first in three weeks.", [("three weeks", "P3W")]),
        ("The bridge will open in a few weeks.", [("a few weeks", "FUTURE_REF")]),
        ("The bridge opened a year or two ago.", [("a year or two ago", "PAST_REF")]),
        ("The shares rose to a high for the year of $42.", [("the year", "2024")]),
        ("The bridge was built in three weeks.", [("three weeks", "P3W")]),
        ("A week ago Friday, the bridge opened.", [("A week ago Friday", "2024-11-08")]),
        ("The decision was put off to a later date.", [("a later date", "FUTURE_REF")]),
        ("Robots will one day build bridges.", [("one day", "FUTURE_REF")]),
        ("It took them one day.", [("one day", "P1D")]),
        ("From Friday, masks are required.", [("Friday", "2024-11-15")]),
        ("The judge subpoenaed him to testify on Feb. 10.", [("Feb. 10", "2025-02-10")]),
        ("Claims fell in the week ended Nov. 8.", [("the week", "2024-W45"), ("Nov. 8", "2024-11-08")]),
        # Longer stretches.
        ("Profit rose in the third quarter.", [("the third quarter", "2024-Q3")]),
        ("Profit rose in the second half of 2022.", [("the second half of 2022", "2022-H2")]),
        ("Fires raged last summer.", [("last summer", "2024-SU")]),
        ("The party ruled in the early 1990s.", [("the early 1990s", "199")]),
        ("It was the deadliest quake of the 20th century.", [("the 20th century", "19")]),
        ("The 2023 fiscal third quarter was weak.", [("The 2023 fiscal third quarter", "2023-Q3")]),
        ("Fiscal 2023 earnings fell.", [("Fiscal 2023", "2023")]),
        ("June last year was hot.", [("June last year", "2023-06")]),
        ("The king was crowned last fall in the old abbey.", [("last fall", "2023-FA")]),
        ("Sales for the full year were flat.", [("the full year", "2024")]),
        ("The valley flooded in the winter of 1985-86.", [("the winter of 1985-86", "1985-WI")]),
        ("Shops will close for Christmas week.", [("Christmas week", "2024-W52")]),
        ("Crowds came on the Labor Day weekend.", [("the Labor Day weekend", "2024-W35-WE")]),
        ("The king died on Christmas Day.", [("Christmas Day", "2023-12-25")]),
        ("The vote will be held after Easter.", [("Easter", "2025-04-20")]),
        # Times of day, durations, sets, references.
        ("The quake struck at 5:32 a.m. on Saturday.", [("5:32 a.m. on Saturday", "2024-11-09T05:32")]),
        ("The game starts at 7:30 tonight.", [("7:30 tonight", "2024-11-12T19:30")]),
        ("The bomb went off at 8 a.m. this morning.", [("8 a.m. this morning", "2024-11-12T08:00")]),
        ("Shots were heard on Monday night.", [("Monday night", "2024-11-11TNI")]),
        ("Fires broke out overnight.", [("overnight", "2024-11-11TNI")]),
        ("The mill burned on the night of the 5th.", [("the night of the 5th", "2024-11-05TNI")]),
        ("Rescuers worked for three days.", [("three days", "P3D")]),
        ("Rescuers worked for half an hour.", [("half an hour", "PT30M")]),
        ("The council meets every Monday.", [("every Monday", "XXXX-WXX-1")]),
        ("The army is now in control.", [("now", "PRESENT_REF")]),
        ("The mayor recently left.", [("recently", "PAST_REF")]),
        (
            "It was felt at around 9 pm (1900 GMT) on Sept. 10.",
            [("around 9 pm", "2024-09-10T21:00"), ("1900 GMT", "2024-09-10T19:00"), ("Sept. 10", "2024-09-10")],
        ),
        ("He was freed after two and a half years.", [("two and a half years", "P2Y6M")]),
        ("Wages stagnated over the past decade.", [("the past decade", "P1E")]),
        # Idioms and names.
        ("The second Sunday in November was hot.", [("The second Sunday in November", "2024-11-10")]),
        ("The fall of Kabul in August 2021 was swift.", [("August 2021", "2021-08")]),
        ("Security grew after the Sept. 11 attacks.", [("Sept. 11", "2001-09-11")]),
        ("The talks begin the week of March 6.", [("the week of March 6", "2025-W10")]),
        # Lists and ranges.
        ("Talks were held on June 3 and 4.", [("June 3", "2024-06-03"), ("4", "2024-06-04")]),
        ("Schools closed on May 3 and 5, 2019.", [("May 3", "2019-05-03"), ("5, 2019", "2019-05-05")]),
        ("The strike lasted from June 3 to June 5.", [("June 3 to June 5", "2024-06-03/2024-06-05")]),
        ("Polls were open between Monday and Wednesday.", [("Monday and Wednesday", "2024-11-04/2024-11-06")]),
        ("Some 1,200 were killed between 7 and 9 October.", [("7 and 9 October", "2024-10-07/2024-10-09")]),
        ("Floods in May and June 2021 killed dozens.", [("May", "2021-05"), ("June 2021", "2021-06")]),
        ("He led the party from 1998 to 2004.", [("1998 to 2004", "1998/2004")]),
        ("The war of 1914-18 began.", [("1914-18", "1914/1918")]),
        ("The vote was postponed from Monday to Thursday.", [("Monday", "2024-11-11"), ("Thursday", "2024-11-14")]),
    ],
)
def test_a_time_phrase_has_the_value_its_sentence_gives_it(sentence: str, expected: list[tuple[str, str]]) -> None:
    found = values(sentence)

    assert found == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The minister may resign.",
        "Protesters march through the capital.",
        "The second convoy of 2000 soldiers crossed the border.",
        "About 1990 people fled.",
        "The Sun reported the deal and Mr. April denied it.",
        "A 35-year-old driver was held.",
        "Prices fall and rivers spring to life.",
        "The F-16 and Article 51 were discussed.",
        "She works for USA Today.",
        "Thousands joined the March for Clean Water.",
        "The shops hope for Black Friday and Super Tuesday.",
        "The party is to last until the fall of the house.",
    ],
)
def test_words_that_only_look_like_times_are_left_alone(sentence: str) -> None:
    found = values(sentence)

    assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "He arrived on March 3. The next day he left. Ten days later he died.",
            [("March 3", "2024-03-03"), ("The next day", "2024-03-04"), ("Ten days later", "2024-03-14")],
        ),
        (
            "In 2019 the company failed. Two years later it was sold. That year sales doubled.",
            [("2019", "2019"), ("Two years later", "2021"), ("That year", "2021")],
        ),
        (
            "The paper said on Monday that a deal made on May 2 was void. He had signed it the previous day.",
            [("Monday", "2024-11-11"), ("May 2", "2024-05-02"), ("the previous day", "2024-11-10")],
        ),
        (
            "A deal made on May 2 was void, the paper said on Monday. He had signed it the previous day.",
            [("May 2", "2024-05-02"), ("Monday", "2024-11-11"), ("the previous day", "2024-11-10")],
        ),
        (
            "The paper said on Monday that a deal was made on May 2. He had signed it the previous day.",
            [("Monday", "2024-11-11"), ("May 2", "2024-05-02"), ("the previous day", "2024-11-10")],
        ),
        (
            "The accord was signed in June. She called it historic at the time.",
            [("June", "2024-06"), ("the time", "2024-06")],
        ),
        (
            "Profit fell in the third quarter from a year earlier.",
            [("the third quarter", "2024-Q3"), ("a year earlier", "2023-Q3")],
        ),
        (
            "Profit fell in the third quarter. In the 2022 quarter it rose, as in the same period last year.",
            [
                ("the third quarter", "2024-Q3"),
                ("the 2022 quarter", "2022-Q3"),
                ("the same period last year", "2023-Q3"),
            ],
        ),
        (
            "Profit fell in the second quarter from the same year-earlier period and the third quarter a year ago.",
            [
                ("the second quarter", "2024-Q2"),
                ("the same year-earlier period", "2023-Q2"),
                ("the third quarter a year ago", "2023-Q3"),
            ],
        ),
        (
            "Profit fell in the third quarter. The second quarter had been flat. A year earlier it made $2 million.",
            [("the third quarter", "2024-Q3"), ("The second quarter", "2024-Q2"), ("A year earlier", "2023-Q3")],
        ),
        (
            "Profit fell in the third quarter. For the nine months, it was $2 million, up from $1 million a year ago.",
            [("the third quarter", "2024-Q3"), ("the nine months", "P9M"), ("a year ago", "2023")],
        ),
        (
            "Profit rose in the second quarter; the fourth quarter looks weak. Sales in the latest period were flat.",
            [("the second quarter", "2024-Q2"), ("the fourth quarter", "2024-Q4"), ("the latest period", "2024-Q2")],
        ),
        (
            "Profit fell in the fourth quarter from a year earlier. Sales in the latest period were flat.",
            [("the fourth quarter", "2024-Q4"), ("a year earlier", "2023-Q4"), ("the latest period", "2024-Q4")],
        ),
        (
            "The deal was signed on May 2. Last year's quarter was better. Earlier that day the pound fell.",
            [("May 2", "2024-05-02"), ("Last year's quarter", "2023"), ("Earlier that day", "2024-05-02")],
        ),
        (
            "She left on Aug. 3 and died five days later. The next day the clinic was shut.",
            [("Aug. 3", "2024-08-03"), ("five days later", "2024-08-08"), ("The next day", "2024-08-09")],
        ),
        (
            "The strike began on May 2 and ended on June 5. The next day the trains ran.",
            [("May 2", "2024-05-02"), ("June 5", "2024-06-05"), ("The next day", "2024-06-06")],
        ),
        (
            "The ship sank on Saturday. The following night divers found it.",
            [("Saturday", "2024-11-09"), ("The following night", "2024-11-10TNI")],
        ),
        (
            "The ship sank on Saturday, after its captain had fallen ill earlier in the day.",
            [("Saturday", "2024-11-09"), ("earlier in the day", "2024-11-09")],
        ),
        (
            "The lease ends on Dec. 1. Until then, the shop stays open.",
            [("Dec. 1", "2024-12-01"), ("then", "2024-12-01")],
        ),
        ("He took office in March 2022, after a vote the previous November.",
         [("March 2022", "2022-03"), ("the previous November", "2021-11")]),
        ("Two weeks earlier the army attacked. The following day it withdrew.",
         [("Two weeks earlier", "2024-W44"), ("The following day", "XXXX-XX-XX")]),
    ],
)  # fmt: skip
def test_a_phrase_counts_from_the_date_the_text_speaks_of(text: str, expected: list[tuple[str, str]]) -> None:
    found = values(text)

    assert found == expected


def test_an_expression_says_what_it_was_counted_from() -> None:
    text = "The paper appeared on Monday. Its editor was arrested the previous day, in February 2022, or recently."

    found = time_expressions(read(text))

    monday = Span(start=22, end=28)
    assert [(e.anchor, e.anchor_span, e.when and e.when.reckoned) for e in found] == [
        (PUBLISHED, None, True),
        (date(2024, 11, 11), monday, True),
        (None, None, False),
        (None, None, None),
    ]


def test_a_date_is_never_finer_than_its_words() -> None:
    found = time_expressions(
        read("It began last week, last weekend, in October, in the autumn of 2023, and in the 1990s.")
    )

    assert [expression.when for expression in found] == [
        When(first=date(2024, 11, 4), last=date(2024, 11, 10), grain=Grain.WEEK, reckoned=True),
        When(first=date(2024, 11, 9), last=date(2024, 11, 10), grain=Grain.WEEKEND, reckoned=True),
        When(first=date(2024, 10, 1), last=date(2024, 10, 31), grain=Grain.MONTH, reckoned=True),
        When(first=date(2023, 9, 1), last=date(2023, 11, 30), grain=Grain.SEASON, reckoned=False),
        When(first=date(1990, 1, 1), last=date(1999, 12, 31), grain=Grain.DECADE, reckoned=False),
    ]


def test_the_ends_of_a_range_are_one_expression_to_the_digest_and_two_to_timex3() -> None:
    parsed = read("The ceasefire will run from Monday to Wednesday.")

    whole, ends = time_expressions(parsed), timexes(parsed)

    assert [expression.when for expression in whole] == [
        When(first=date(2024, 11, 18), last=date(2024, 11, 20), grain=Grain.RANGE, reckoned=True)
    ]
    assert [expression.value for expression in ends] == ["2024-11-18", "2024-11-20"]


def test_a_time_of_day_without_its_day_stands_on_no_calendar() -> None:
    found = time_expressions(read("The president spoke on Sunday. Turnout was low by 5 p.m."))

    assert [expression.when is None for expression in found] == [False, True]


def test_kinds_and_modifiers_are_told_apart() -> None:
    text = "In early June, at noon on Friday, for nearly two years, every day."

    found = timexes(read(text))

    assert [(expression.kind, expression.modifier) for expression in found] == [
        (TimeKind.DATE, "START"),
        (TimeKind.TIME, None),
        (TimeKind.DURATION, "LESS_THAN"),
        (TimeKind.SET, None),
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Tuesday", {date(2024, 11, 12)}),
        ("Friday", {date(2024, 11, 8), date(2024, 11, 15)}),
        ("June 19", {date(2024, 6, 19), date(2025, 6, 19)}),
        ("the previous day", {date(2024, 11, 11)}),
        ("19 June 2024", {date(2024, 6, 19)}),
        ("4", {date(2024, 11, 4), date(2024, 12, 4)}),
        ("recently", set()),
        ("the minister", set()),
        ("February 30", set()),
        ("", set()),
    ],
)
def test_words_alone_have_every_reading_and_no_other(words: str, expected: set[date]) -> None:
    days = {when.first for when in resolve(words, PUBLISHED) if when.grain is Grain.DAY}

    assert days == expected


PHRASES = st.sampled_from(
    """Monday|on Friday|last week|June 19|in August|Nov. 4, 2023|from May 3 to May 5|the previous day|
    two weeks earlier|this winter|the third quarter|in 2019|the 1980s|next Tuesday night|between March and June|
    at the time|that year|a year ago|the 2018 quarter|the same period last year|last year's quarter|
    the latest quarter|the nine months|last Monday|last October|in three days|overnight|the following night|
    later that day|early in the day|until then|the week ended Nov. 8|from 8 a.m. this morning|Christmas week|
    the Labor Day weekend|the winter of 1985-86|the night of the 5th|June 3 and 4|recently|earlier this month|
    Christmas|the weekend|at 10 a.m. on Sunday|1998-99|the first and second quarters of 2022|
    from Monday to Thursday|a decade ago|the day before""".replace("\n    ", "").split("|")
)
VERBS = st.sampled_from(["The army withdrew", "The court will rule", "Talks resume", "Officials met"])
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(VERBS, PHRASES), min_size=1, max_size=4), DAYS)
def test_every_date_found_in_context_is_a_reading_of_its_words_alone(
    clauses: list[tuple[str, str]], published: date
) -> None:
    text = " ".join(f"{verb} {phrase}." for verb, phrase in clauses)
    parsed = read(text, published)

    for expression in (*time_expressions(parsed), *timexes(parsed)):
        if expression.when is not None:
            assert expression.when in resolve(expression.span.of(text), expression.anchor or published)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789 -/.:,'adefhjkmnoprstuyJMSTh–’\n"), max_size=80), DAYS)
def test_any_text_is_read_without_failure_and_spans_are_ordered(text: str, published: date) -> None:
    resolve(text, published)
    found = time_expressions(read(text, published))

    spans = [expression.span for expression in found]
    assert all(before.end <= after.start for before, after in pairwise(spans))


def test_a_long_list_of_numbers_costs_no_more_than_its_length() -> None:
    text = "twenty one " * 20_000 + "1, 2, " * 20_000

    found = lexemes(text)

    assert len(found) == 100_000
