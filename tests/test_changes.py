"""What a new digest says that the last did not: a flood's toll, a strike, a mission."""

from __future__ import annotations

from datetime import date

import pytest

from bot.digest.changes import (
    Change,
    ConflictClosed,
    ConflictOpened,
    EventAdded,
    FigureAdded,
    FigureMoved,
    changes,
)
from bot.digest.merging import merge
from bot.digest.model import Article, Claim, Digest, FindingKind
from tests.story import article, digest_of, seed_digest, words

MONDAY = date(2023, 7, 17)
TUESDAY = date(2023, 7, 18)
WEDNESDAY = date(2023, 7, 19)

POLICE_12 = article("Police said 12 people were killed in Larne.", day=MONDAY, name="police-12")
POLICE_19 = article("Police said 19 people were killed in Larne.", day=TUESDAY, name="police-19")
POLICE_12_AGAIN = article("In Larne, 12 people were killed, police said.", day=TUESDAY, name="police-12-again")
RED_CROSS_9 = article("The Red Cross said 9 people were killed in Larne.", day=MONDAY, name="red-cross-9")
RED_CROSS_19 = article("The Red Cross said 19 people were killed in Larne.", day=WEDNESDAY, name="red-cross-19")


def told(old: list[Article], new: list[Article]) -> list[tuple[str, ...]]:
    """The changes from the first articles' digest to that of both, in words."""
    before, after = digest_of(*old), digest_of(*old, *new)
    return [in_words(after, change) for change in changes(before, after)]


def in_words(digest: Digest, change: Change) -> tuple[str, ...]:
    def number(claim: Claim) -> str:
        return words(digest, claim.citation, claim.figure.number) or ""

    match change:
        case FigureMoved():
            return "moved", number(change.old), number(change.new)
        case FigureAdded():
            return "added", number(change.new)
        case EventAdded():
            return "event", str(change.entry.when and change.entry.when.first)
        case ConflictOpened():
            return "opened", change.finding.kind.name, *(number(digest.claims[i]) for i in change.finding.claims)
        case ConflictClosed():
            return "closed", change.kind.name, *(number(claim) for claim in change.claims)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([POLICE_12], [], []),
        ([], [POLICE_12], [("added", "12")]),
        ([POLICE_12], [POLICE_12_AGAIN], []),
        (
            [POLICE_12],
            [POLICE_19],
            [("moved", "12", "19")],
        ),
        ([POLICE_19], [POLICE_12], []),
        (
            [POLICE_12],
            [RED_CROSS_9],
            [("added", "9"), ("opened", "INCOMPATIBLE", "12", "9")],
        ),
        (
            [POLICE_12, RED_CROSS_9, POLICE_19],
            [RED_CROSS_19],
            [("moved", "9", "19"), ("closed", "INCOMPATIBLE", "19", "19")],
        ),
    ],
)
def test_a_rising_toll(old: list[Article], new: list[Article], expected: list[tuple[str, ...]]) -> None:
    assert told(old, new) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Police said 40 people were injured in Larne.",
        "Police said 30 people were killed in Ulster.",
        "Police said 312 people were killed in Larne in 1998.",
        "Police said dozens of people were killed in Larne.",
    ],
)
def test_a_number_for_another_thing_place_or_time_moves_nothing(text: str) -> None:
    found = told([POLICE_12], [article(text, day=TUESDAY, name="other")])

    assert "moved" not in [kind for kind, *_ in found]


def test_a_bigger_mission_by_the_same_ministry_is_a_figure_that_moved() -> None:
    old = article("Kenya's Ministry of Defence said 300 soldiers were stationed in Mali.", day=MONDAY, name="a")
    new = article("Kenya's Ministry of Defense said 450 soldiers were stationed in Mali.", day=WEDNESDAY, name="b")

    assert ("moved", "300", "450") in told([old], [new])


def test_only_events_that_nobody_told_before_are_new() -> None:
    old = article("Nurses walked out at all hospitals of Larne on Monday.", day=TUESDAY, name="a")
    new = article(
        "The nurses of Larne walked out on July 17. Their union ended the strike on Wednesday.",
        day=WEDNESDAY,
        name="b",
    )

    assert [change for change in told([old], [new]) if change[0] == "event"] == [("event", "2023-07-19")]


def test_an_article_that_leaves_or_moves_up_is_no_news() -> None:
    old, new = digest_of(RED_CROSS_9, POLICE_12, POLICE_19), digest_of(POLICE_12, POLICE_19)

    found = [in_words(new, change) for change in changes(old, new)]

    assert found == [("closed", "INCOMPATIBLE", "19")]


def test_the_first_digest_of_the_seeds_is_all_news_and_the_same_again_is_none() -> None:
    digest = seed_digest()

    found = changes(merge([]), digest)

    assert [change.entry for change in found if isinstance(change, EventAdded)] == list(digest.timeline)
    assert {change.finding for change in found if isinstance(change, ConflictOpened)} <= set(digest.findings)
    assert FindingKind.SAME_SOURCE in {change.finding.kind for change in found if isinstance(change, ConflictOpened)}
    assert changes(digest, digest) == ()
