"""Tracker declarations: what is shipped, what an operator adds, and what a wrong file is told."""

import tomllib
from pathlib import Path

import pytest

from bot.digest.model import Tracker
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
