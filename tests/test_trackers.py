"""Tracker declarations: what is shipped, what an operator adds, and what a wrong file is told."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.figures import read, shipped
from bot.digest.model import Comparator, Reality, Tracker
from bot.digest.trackers import TrackerError, trackers

SHIPPED = Path(__file__).parent.parent / "bot" / "trackers.toml"


def test_the_shipped_file_declares_troops_and_casualties():
    found = trackers(tomllib.loads(SHIPPED.read_text(encoding="utf-8")), "trackers.toml")

    assert [(one.name, one.command, one.needs_status) for one in found] == [
        ("troops", "troops", False),
        ("casualties", "casualties", True),
    ]


def test_an_operator_adds_a_tracker_without_code():
    text = """
    [displaced]
    title = "Driven from home"
    needs_status = true
    units = ["Person", "family", "person"]
    statuses = { displaced = ["displace", "flee"] }
    """

    found = trackers(tomllib.loads(text), "sitrep.toml")

    assert found == (
        Tracker(
            name="displaced",
            command="displaced",
            title="Driven from home",
            units=("person", "family"),
            statuses=(("displaced", ("displace", "flee")),),
            needs_status=True,
        ),
    )


def test_every_problem_of_a_file_is_reported_at_once_with_file_table_and_key():
    text = """
    stray = 3
    [Aid]
    title = "Aid"
    money = "yes"
    [flood]
    unit = ["person"]
    units = "person"
    needs_status = true
    statuses = { killed = "die", hurt = ["hurt", "take to hospital"] }
    [strike]
    title = "Strikers"
    units = ["worker"]
    [walkout]
    title = "Strikers"
    command = "strike"
    units = ["worker"]
    """

    with pytest.raises(TrackerError) as caught:
        trackers(tomllib.loads(text), "sitrep.toml")

    keys = "command, title, units, totals, members, excluded, statuses, needs_status, money"
    assert caught.value.problems == (
        "sitrep.toml: stray: expected a table [stray], got 3",
        "sitrep.toml: [Aid] money: expected true or false, got 'yes'",
        "sitrep.toml: [Aid] units: expected at least one noun, or money = true, got nothing",
        "sitrep.toml: [Aid]: expected a name of a-z, 0-9 and _, at most 32, beginning with a letter, got 'Aid'",
        f"sitrep.toml: [flood] unit: expected one of {keys}, got 'unit' (did you mean 'units'?)",
        "sitrep.toml: [flood] units: expected a list of strings, got 'person'",
        "sitrep.toml: [flood] statuses.killed: expected a list of strings, got 'die'",
        "sitrep.toml: [flood] statuses.hurt: expected one word, or a verb and its noun, got 'take to hospital'",
        "sitrep.toml: [flood] title: expected a string, got nothing",
        "sitrep.toml: [walkout] command: expected a command of its own, got 'strike', which [strike] has",
    )


def test_a_file_without_trackers_is_refused():
    with pytest.raises(TrackerError, match="expected at least one tracker table, got none"):
        trackers({}, "sitrep.toml")


OPERATORS_OWN = """
[displaced]
title = "Driven from home"
needs_status = true
units = ["person", "family", "resident", "refugee"]
statuses = { displaced = ["displace", "flee", "evacuate", "homeless"] }

[aid]
title = "Aid"
money = true
units = ["aid", "relief", "grant", "assistance"]
statuses = { pledged = ["pledge", "promise"], paid = ["give", "send", "release"] }
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The floods have displaced at least 120,000 people in Bandora, the interior ministry said on Monday.",
            [
                (
                    "displaced",
                    "at least 120,000",
                    120_000,
                    None,
                    Comparator.AT_LEAST,
                    "people",
                    "displaced",
                    None,
                    "Bandora",
                )
            ],
        ),
        (
            "More than 2,000 residents were left homeless and 12 people died, the mayor said.",
            [
                (
                    "displaced",
                    "More than 2,000",
                    2_000,
                    None,
                    Comparator.MORE_THAN,
                    "residents",
                    "displaced",
                    None,
                    None,
                ),
                ("casualties", "12", 12, 12, Comparator.EXACT, "people", "killed", None, None),
            ],
        ),
        (
            "The number of displaced people rose from 10,000 to 45,000, the agency said.",
            [
                ("displaced", "10,000", 10_000, 10_000, Comparator.EXACT, "people", "displaced", None, None),
                ("displaced", "45,000", 45_000, 45_000, Comparator.EXACT, "people", "displaced", None, None),
            ],
        ),
        (
            "Norway pledged $25 million in aid for Bandora, and Chile promised another 3 million euros.",
            [
                ("aid", "$25 million", 25e6, 25e6, Comparator.EXACT, "aid", "pledged", "$", None),
                ("aid", "another 3 million", 3e6, 3e6, Comparator.EXACT, "aid", "pledged", "euros", None),
            ],
        ),
        (
            "The agency has sent more than 100 million dollars of assistance to the region, and 70 doctors.",
            [
                (
                    "aid",
                    "more than 100 million",
                    100e6,
                    None,
                    Comparator.MORE_THAN,
                    "assistance",
                    "paid",
                    "dollars",
                    "the region",
                )
            ],
        ),
        ("Donors paid 5,000 pounds for a painting of 70 people.", []),
    ],
)
def test_what_an_operator_declares_is_read_from_the_text(text, expected):
    declared = (*shipped(), *trackers(tomllib.loads(OPERATORS_OWN), "sitrep.toml"))

    found = read("story", text, datetime(2018, 1, 5, tzinfo=UTC), declared)[1]

    actual = [
        (
            one.tracker,
            one.surface.of(text),
            one.low,
            one.high,
            one.comparator,
            one.unit_noun,
            one.measure,
            one.currency,
            one.place and one.place.of(text),
        )
        for one in found
    ]
    assert actual == expected


def test_money_that_is_promised_is_planned_and_keeps_its_giver_and_its_addition():
    text = "Norway pledged $25 million in aid for Bandora, and Chile promised another 3 million euros."

    found = read("story", text, datetime(2018, 1, 5, tzinfo=UTC), trackers(tomllib.loads(OPERATORS_OWN), "own.toml"))[1]

    assert [(one.whose_key, one.reality, one.delta, one.speaker) for one in found] == [
        ("norway", Reality.PLANNED, False, None),
        ("chile", Reality.PLANNED, True, None),
    ]


def test_a_list_of_mixed_values_and_a_command_of_capitals_are_told_with_what_was_expected():
    text = """
    [aid]
    title = ""
    command = "Aid now"
    units = ["aid", 3]
    money = 1
    """

    with pytest.raises(TrackerError) as caught:
        trackers(tomllib.loads(text), "sitrep.toml")

    assert caught.value.problems == (
        "sitrep.toml: [aid] title: expected a string, got ''",
        "sitrep.toml: [aid] command: expected a-z, 0-9 and _, at most 32, beginning with a letter, got 'Aid now'",
        "sitrep.toml: [aid] units: expected a list of strings, got ['aid', 3]",
        "sitrep.toml: [aid] money: expected true or false, got 1",
    )
