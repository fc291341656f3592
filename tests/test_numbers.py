"""Numbers in running text: what is read, how it is bounded, and what is no quantity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.model import Comparator
from bot.digest.numbers import NumeralKind, number, numerals

EXACT, ABOUT, NEARLY, AT_LEAST = Comparator.EXACT, Comparator.ABOUT, Comparator.NEARLY, Comparator.AT_LEAST
MORE, UP_TO, BETWEEN, VAGUE = Comparator.MORE_THAN, Comparator.UP_TO, Comparator.BETWEEN, Comparator.VAGUE


@pytest.mark.parametrize(
    ("text", "surface", "printed", "low", "high", "comparator"),
    [
        ("with 10,000 men", "10,000", "10,000", 10_000, 10_000, EXACT),
        ("around 10,000 men", "around 10,000", "10,000", 10_000, 10_000, ABOUT),
        ("an estimated 50,000 men", "an estimated 50,000", "50,000", 50_000, 50_000, ABOUT),
        ("a hundred or so people", "a hundred or so", "a hundred", 100, 100, ABOUT),
        ('he has "nearly 50,000 men"', "nearly 50,000", "50,000", 50_000, 50_000, NEARLY),
        ("just under 300 men", "just under 300", "300", 300, 300, NEARLY),
        ("no fewer than 17 men", "no fewer than 17", "17", 17, None, AT_LEAST),
        ("300 or more people", "300 or more", "300", 300, None, AT_LEAST),
        ("well over 1.5 million people", "well over 1.5 million", "1.5 million", 1_500_000, None, MORE),
        ("upwards of a dozen", "upwards of a dozen", "a dozen", 12, None, MORE),
        ("as many as about 900 men", "as many as about 900", "900", None, 900, UP_TO),
        ("fewer than 100 men", "fewer than 100", "100", None, 100, UP_TO),
        ("between 5,000 and 8,000 men", "between 5,000 and 8,000", "5,000 and 8,000", 5_000, 8_000, BETWEEN),
        ("12-15 people", "12-15", "12-15", 12, 15, BETWEEN),
        ("9-10,000 people", "9-10,000", "9-10,000", 9_000, 10_000, BETWEEN),
        ("two to three hundred men", "two to three hundred", "two to three hundred", 200, 300, BETWEEN),
        ("twenty or thirty men", "twenty or thirty", "twenty or thirty", 20, 30, BETWEEN),
        ("two hundred and fifty-five men", "two hundred and fifty-five", "two hundred and fifty-five", 255, 255, EXACT),
        ("one and a half million", "one and a half million", "one and a half million", 1.5e6, 1.5e6, EXACT),
        ("half a million people", "half a million", "half a million", 5e5, 5e5, EXACT),
        ("3 lakh people", "3 lakh", "3 lakh", 3e5, 3e5, EXACT),
        ("5m people", "5m", "5m", 5e6, 5e6, EXACT),
        ("tens of thousands of men", "tens of thousands", "tens of thousands", None, None, VAGUE),
        ("several hundred men", "several hundred", "several hundred", None, None, VAGUE),
        ("a few dozen men", "a few dozen", "a few dozen", None, None, VAGUE),
        ("a significant number of them", "a significant number", "a significant number", None, None, VAGUE),
    ],
)
def test_a_quantity_keeps_its_words_its_bounds_and_its_comparator(text, surface, printed, low, high, comparator):
    (found,) = numerals(text)

    read = text[found.surface_start : found.surface_end], text[found.start : found.end]
    assert (*read, found.low, found.high, found.comparator) == (surface, printed, low, high, comparator)


@pytest.mark.parametrize(
    "text",
    [
        "an F-16 jet",
        "the A320",
        "COVID-19",
        "Article 51",
        "Resolution 1701",
        "Flight 447",
        "No. 5",
        "at 10:30",
        "on 11/9",
        "the 21st century",
        "the 90s",
        "Austin III",
        "many happy returns".replace("many", "no"),
    ],
)
def test_codes_labels_clock_times_and_ordinals_are_no_quantities(text):
    assert numerals(text) == ()


def test_a_toll_that_rises_from_one_number_to_another_is_two_numbers_and_no_range():
    found = numerals("the toll rose from 100 to 120")

    assert [(one.low, one.comparator) for one in found] == [(100, EXACT), (120, EXACT)]


def test_what_comes_on_top_is_marked_as_a_delta():
    texts = (
        "an additional 300 men",
        "another 300",
        "300 more men",
        "a further 300 dead",
        "at least another 300",
        "300 men",
    )

    assert [numerals(text)[0].delta for text in texts] == [True, True, True, True, True, False]


def test_per_cent_money_and_hyphened_words_are_told():
    found = [
        numerals(text)[0] for text in ("20 percent", "30%", "$50 million", "5 million euros", "a 5,000-strong army")
    ]

    assert [(one.percent, one.currency, one.suffix) for one in found] == [
        (True, None, None),
        (True, None, None),
        (False, "$", None),
        (False, "euros", None),
        (False, None, "strong"),
    ]


def test_a_share_of_a_whole_is_a_fraction_without_a_number():
    (found,) = numerals("about two-thirds of them left")

    assert (found.kind, found.low, found.high, found.comparator) == (NumeralKind.FRACTION, None, None, VAGUE)


def test_only_one_plain_number_has_a_value():
    values = [number(text) for text in ("10,000", "two hundred and five", "about 10", "10 men", "dozens")]

    assert values == [10_000, 205, None, None, None]


@given(st.integers(min_value=1, max_value=999_999_999))
def test_every_number_is_read_as_it_is_printed(value):
    (found,) = numerals(f"there were {value:,} people")

    assert (found.low, found.high) == (value, value)


@given(st.text(alphabet="ab 0123456789,.-to andhundred thousandfive\n", max_size=80))
def test_numerals_never_overlap_and_stay_inside_the_text(text):
    found = numerals(text)

    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.surface_start <= one.start < one.end <= one.surface_end <= len(text) for one in found)


def test_the_mark_of_a_lists_item_is_no_quantity():
    assert numerals("1) more tents 2) more food") == ()


def test_a_step_and_where_it_led_are_two_numbers_and_no_range():
    found = numerals("The number fell by 14 to 236, by 10 to 15 percent a year")

    assert [(one.low, one.high) for one in found] == [(14, 14), (236, 236), (10, 15)]
