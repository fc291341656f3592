"""A story that grows article by article: the same digest as when it is built from scratch, at a price that stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.entities import unify
from bot.digest.lines import summary_lines
from bot.digest.merging import Merging, merge
from bot.digest.model import Body, BodyKind, Digest, FindingKind, Report, Source
from bot.digest.reading import read
from bot.digest.summary import LINES, Candidate
from tests.story import article, seed_reports, shipped_trackers

FIRST = date(2023, 7, 17)
TEXTS = (
    "Police said 12 people were killed in Larne on Monday. Mayor Oleksandra Kovalenko called for calm.",
    "At least 14 people were killed in Larne, the Red Cross said. Mayor Kovalenko visited the port on Tuesday.",
    "Police said 19 people were killed in Larne on Monday, most of them in the old town.",
    "Mayor Olexandra Kovalenko resigned on July 20. Norway's parliament approved the treaty on Monday.",
    "Norwegian lawmakers passed the treaty this week. Ivan Kovalenko, a lawyer, recently sued the city of Larne.",
    "Norway approved the treaty in July. The United Nations Relief Agency (UNRA) sent 300 troops to Larne.",
    "UNRA said about 300 troops were in Larne. The river flooded the old town in 1998, killing 40 people.",
    "The flood of 1998 destroyed the old town of Larne. Kovalenko recently sued the city again over the flood.",
    "Eight of the 300 soldiers in Larne were Kenyan, Kenya's Ministry of Defence said on July 19.",
    "Kenya's Ministry of Defense said 350 soldiers were in Larne and 2,000 in Ulster since Monday.",
    "Heavy rain burst the banks of the river near the old market on Sunday night and drove hundreds from home.",
    "Larne, Monday. Heavy rain burst the banks of the river near the old market on Sunday night and left.",
    "Mayor Kovalenko resigned on July 20. Mayor Kovalenko said 15 people were killed in Larne.",
    "Oleksandra Kovalenko resigned in July. Oleksandra Kovalenko said 11 people were killed in Larne.",
    "Ivan Kovalenko resigned this month. Ivan Kovalenko said 15 people were killed in Larne.",
)  #: about one town, so that names, origins, figures and events of one article change what the others meant


@cache
def town() -> tuple[Report, ...]:
    """The texts, read; published on days that are not in their order."""
    days = [FIRST + timedelta(days=(5 * place) % 9) for place in range(len(TEXTS))]
    return tuple(
        read(article(text, day=day, name=str(place), publisher="The Post" if place in (3, 8) else None), TRACKERS)
        for place, (text, day) in enumerate(zip(TEXTS, days, strict=True))
    )


TRACKERS = shipped_trackers()


def pool() -> tuple[Report, ...]:
    """The town's reports and the seeds'."""
    return (*town(), *seed_reports())


stories = st.lists(st.integers(0, len(TEXTS) + 4), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None)
@given(stories, st.data())
def test_a_story_grown_in_any_steps_is_the_story_built_from_scratch(numbers: list[int], chance: st.DataObject) -> None:
    reports = [pool()[number] for number in numbers]
    briefed = chance.draw(st.sets(st.integers(0, len(reports) - 1)))
    merging = Merging()

    for place, report in enumerate(reports):
        merging.add(report)
        if place in briefed:
            assert merging.digest() == merge(reports[: place + 1])

    assert merging.digest() == merge(reports)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, len(TEXTS) + 4), min_size=25, max_size=70), st.data())
def test_a_long_story_is_the_same_grown_and_built(numbers: list[int], chance: st.DataObject) -> None:
    reports = [pool()[number] for number in numbers]
    pause = chance.draw(st.integers(1, len(reports)))
    merging = Merging()

    for place, report in enumerate(reports, 1):
        merging.add(report)
        if place % pause == 0:
            merging.digest()

    assert merging.digest() == merge(reports)


def test_whoever_shares_a_name_may_come_in_any_order() -> None:
    namesakes = [town()[place] for place in (4, 12, 13, 14)]

    for order in permutations(namesakes):
        merging = Merging()
        for place, report in enumerate(order, 1):
            merging.add(report)
            assert merging.digest() == merge(order[:place])


def test_asking_twice_changes_nothing() -> None:
    merging = Merging()
    for report in pool():
        merging.add(report)

    assert merging.digest() == merging.digest()


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(TEXTS))))
def test_the_order_of_arrival_changes_neither_names_nor_days_nor_conflicts(order: list[int]) -> None:
    reports = town()

    assert essence(merge([reports[place] for place in order])) == essence(merge(reports))


def essence(digest: Digest) -> tuple[object, ...]:
    """What of a digest has nothing to do with the numbers of its sources."""
    origins: dict[int, set[str]] = {}
    for source in digest.sources:
        origins.setdefault(source.origin, set()).add(source.article.id)
    days = {entry.when for entry in digest.timeline}
    conflicts = {(finding.kind, frozenset(map(said(digest), finding.claims))) for finding in digest.findings}
    names = {(body.key, body.aliases) for body in digest.names}
    return names, days, conflicts, {frozenset(ids) for ids in origins.values()}


def said(digest: Digest):
    """Where a claim stands."""

    def where(index: int) -> tuple[str, object]:
        claim = digest.claims[index]
        return digest.sources[claim.citation.source - 1].article.id, claim.figure.number

    return where


def test_a_second_person_of_a_surname_takes_the_short_name_from_the_first() -> None:
    mayor, lawyer = town()[0], town()[4]
    merging = Merging()
    merging.add(mayor)
    merging.add(town()[1])
    before = {body.key for body in merging.digest().names}
    merging.add(lawyer)
    after = {body.key for body in merging.digest().names}

    assert ("kovalenko" in before, "kovalenko" in after) == (False, True)


def test_an_article_that_joins_two_origins_makes_them_one() -> None:
    first = "Heavy rain burst the banks of the river near the old market on Sunday night."
    second = "Nobody has counted the houses that the water took away from the people here."
    both = f"{first} {second}"
    merging = Merging()
    for name, text in (("a", first), ("b", second)):
        merging.add(read(article(text, day=FIRST, name=name), TRACKERS))
    before = [source.origin for source in merging.digest().sources]
    merging.add(read(article(both, day=FIRST, name="c"), TRACKERS))

    assert (before, [source.origin for source in merging.digest().sources]) == ([1, 2], [1, 1, 1])


def test_an_older_article_that_comes_late_makes_the_past_what_it_was() -> None:
    late = replace(town()[7], article=article(TEXTS[7], day=date(1998, 3, 2), name="old"))
    merging = Merging()
    for report in (*town()[:7], late):
        merging.add(report)
        merging.digest()

    assert merging.digest() == merge([*town()[:7], late])


def test_one_speaker_is_held_against_his_latest_numbers_only() -> None:
    tolls = [read(article(f"Police said {n} people were killed in Larne.", day=FIRST), TRACKERS) for n in range(10, 40)]

    digest = merge(tolls)

    pairs = [finding.claims for finding in digest.findings if finding.kind is FindingKind.SAME_SOURCE]
    assert max(other - one for one, other in pairs) == 20
    assert len(pairs) == 30 * 29 // 2 - 10 * 9 // 2


@pytest.mark.parametrize("order", [1, -1])
def test_a_spelling_that_becomes_the_usual_one_gives_the_name(order: int) -> None:
    def person(key: str) -> Body:
        return Body(name=key.title(), kind=BodyKind.PERSON, aliases=(key.title(),), key=key)

    articles = [[person("sergei petrov")], [person("sergey petrov")], [person("sergey petrov")]]

    assert set(unify(articles[::order]).values()) == {"sergey petrov"}


def test_what_most_articles_take_for_no_person_lends_its_name_to_nobody() -> None:
    def body(key: str, kind: BodyKind) -> Body:
        return Body(name=key.title(), kind=kind, aliases=(key.title(),), key=key)

    surname, full = body("lindqvist", BodyKind.PERSON), body("marta lindqvist", BodyKind.PERSON)
    ship = body("marta lindqvist", BodyKind.ORGANISATION)

    assert unify([[surname], [full]])["lindqvist"] == "marta lindqvist"
    assert unify([[surname], [full], [ship], [ship]])["lindqvist"] == "lindqvist"


def test_a_candidate_of_the_summary_is_of_the_origin_that_its_article_turned_out_to_have() -> None:
    reports = seed_reports()
    before = [
        Source(number=number, label=report.label, article=report.article, origin=number)
        for number, report in enumerate(reports, 1)
    ]
    after = [replace(source, origin=1) for source in before]
    seen: dict[tuple[int, int], Candidate] = {}

    summary_lines(before, reports, LINES, seen)
    found = summary_lines(after, reports, LINES, seen)

    assert found == summary_lines(after, reports, LINES)
    assert {candidate.article for candidate in seen.values()} == {1}
