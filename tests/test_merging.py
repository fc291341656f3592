"""Many articles, one digest: on stories of floods, strikes, votes and missions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.digest.merging import merge
from bot.digest.model import Digest, EventStatus, FindingKind
from bot.digest.reading import read
from bot.sources.families import Families
from tests.story import article, digest_of, seed_reports, shipped_trackers, words

MONDAY = date(2023, 7, 17)
TUESDAY = date(2023, 7, 18)
WEDNESDAY = date(2023, 7, 19)


def entries(digest: Digest) -> list[tuple[str, set[int]]]:
    """First day and sources of every dated entry."""
    return [
        (str(entry.when.first), {account.citation.source for account in entry.accounts})
        for entry in digest.timeline
        if entry.when is not None
    ]


def kinds(digest: Digest) -> set[FindingKind]:
    return {finding.kind for finding in digest.findings}


def test_two_papers_tell_one_vote_once_with_both_citations():
    digest = digest_of(
        article(
            "Norway's parliament approved the fishing treaty on Monday after a long debate.", day=TUESDAY, name="a"
        ),
        article(
            "Norwegian lawmakers passed the fishing treaty on July 17, ending a long dispute.", day=WEDNESDAY, name="b"
        ),
    )

    assert ("2023-07-17", {1, 2}) in entries(digest)


def test_papers_that_name_the_chamber_differently_are_shown_to_differ():
    digest = digest_of(
        article("Norway's parliament approved the treaty on Monday.", day=TUESDAY, name="a"),
        article("The upper house of Norway's parliament approved the treaty on Monday.", day=TUESDAY, name="b"),
    )

    assert [entry.actors_differ for entry in digest.timeline] == [True]


def test_two_statements_of_one_day_by_two_people_are_two_entries():
    digest = digest_of(
        article(
            "Mayor Jane Doe said on Monday that the dam would hold. John Roe said on Monday that it had cracks.",
            day=TUESDAY,
        )
    )

    assert len([entry for entry in digest.timeline if str(entry.when and entry.when.first) == "2023-07-17"]) == 2


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("The union will strike on Friday.", EventStatus.PLANNED),
        ("Talks are to resume on Friday.", EventStatus.PLANNED),
        ("The bridge could reopen on Friday.", EventStatus.CONDITIONAL),
        ("The company denied the report on Monday.", EventStatus.DENIED),
        ("The bridge reopened on Monday.", EventStatus.HAPPENED),
    ],
)
def test_what_is_planned_possible_or_denied_is_marked(sentence, status):
    digest = digest_of(article(sentence, day=TUESDAY))

    assert [entry.accounts[0].event.status for entry in digest.timeline] == [status]


def test_what_has_no_date_stays_off_the_timeline():
    digest = digest_of(article("The company recently closed its plant in Larne. It employs 200 people.", day=TUESDAY))

    assert digest.timeline == ()
    assert len(digest.undated) == 1


def test_one_place_with_two_tolls_by_two_speakers_is_a_conflict():
    digest = digest_of(
        article("At least 12 people were killed in Larne, police said.", day=TUESDAY, name="a"),
        article("The Red Cross said 9 people were killed in Larne.", day=TUESDAY, name="b"),
    )

    assert kinds(digest) == {FindingKind.INCOMPATIBLE}


def test_the_same_ministry_with_two_numbers_is_a_conflict():
    digest = digest_of(
        article(
            "Kenya's Ministry of Defence said 2,000 Kenyan soldiers were stationed in Mali.", day=TUESDAY, name="a"
        ),
        article(
            "Kenya’s Ministry of Defense said 2,600 Kenyan soldiers were stationed in Mali.", day=TUESDAY, name="b"
        ),
    )

    assert FindingKind.SAME_SOURCE in kinds(digest)


def test_the_dead_and_the_injured_are_never_held_against_each_other():
    digest = digest_of(
        article("Police said 12 people were killed in Larne.", day=TUESDAY, name="a"),
        article("The hospital said 40 people were injured in Larne.", day=TUESDAY, name="b"),
    )

    assert kinds(digest) == set()


def test_an_old_disaster_is_no_conflict_with_a_new_one():
    digest = digest_of(
        article("The mayor said 12 people died in Larne on Sunday.", day=TUESDAY, name="a"),
        article("The last flood, in 1998, killed 312 people in Larne, historian John Roe said.", day=TUESDAY, name="b"),
    )

    assert kinds(digest) == set()


def test_a_bound_agrees_with_a_number_beyond_it():
    digest = digest_of(
        article("At least 12 people were killed in Larne, police said.", day=TUESDAY, name="a"),
        article("The Red Cross said 14 people were killed in Larne.", day=TUESDAY, name="b"),
    )

    assert kinds(digest) == set()


def test_one_number_by_two_speakers_is_agreement():
    digest = digest_of(
        article("Police said 12 people were killed in Larne.", day=TUESDAY, name="a"),
        article("The Red Cross said 12 people were killed in Larne.", day=TUESDAY, name="b"),
    )

    assert kinds(digest) == {FindingKind.SAME_NUMBER}


def test_copies_of_one_wire_story_are_one_origin():
    wire = "Heavy rain burst the banks of the river near the old market on Sunday night and drove hundreds from home."
    digest = digest_of(
        article(wire + " The mayor thanked the volunteers.", day=MONDAY, name="a", publisher="The Post"),
        article("Larne, Monday. " + wire, day=MONDAY, name="b", publisher="The Herald"),
        article("Nobody has counted the houses that the water took, aid workers say.", day=MONDAY, name="c"),
    )

    assert [source.origin for source in digest.sources] == [1, 1, 3]


def test_articles_of_one_publisher_are_one_origin():
    digest = digest_of(
        article("The dam held on Monday.", day=MONDAY, name="a", publisher="The Post"),
        article("The dam broke on Tuesday.", day=TUESDAY, name="b", publisher="The Post"),
    )

    assert [source.origin for source in digest.sources] == [1, 1]


def test_a_spelling_of_a_name_does_not_make_a_second_person():
    digest = digest_of(
        article("President Oleksandra Kovalenko said 300 soldiers were sent to Larne.", day=TUESDAY, name="a"),
        article("President Olexandra Kovalenko said 300 soldiers were sent to Larne.", day=TUESDAY, name="b"),
    )

    assert len({claim.parties for claim in digest.claims}) == 1


def test_the_digest_is_the_same_whenever_it_is_built():
    assert merge(seed_reports()) == merge(seed_reports())


def test_a_report_of_an_article_without_prose_is_empty_and_harms_nothing():
    empty = read(article("Menu\nLog in", day=MONDAY, name="empty"), shipped_trackers())
    full = read(article("The dam held on Monday.", day=TUESDAY, name="full"), shipped_trackers())

    digest = merge([empty, full])

    assert empty.sentences == ()
    assert entries(digest) == [("2023-07-17", {2})]


def test_a_line_does_not_open_with_what_ties_it_to_another():
    digest = digest_of(
        article(
            "However, the ferry company cancelled all its sailings to the islands because of the storm.", day=MONDAY
        )
    )

    line = digest.summary[0]
    assert [words(digest, line.citation, piece) for piece in line.pieces] == [
        "the ferry company cancelled all its sailings to the islands because of the storm."
    ]


def test_a_sentence_of_one_letter_harms_nothing():
    digest = digest_of(article("A.\n\n“No,” the mayor of Larne said on Monday. “I.”\n\nHe left.", day=TUESDAY))

    assert [str(entry.when and entry.when.first) for entry in digest.timeline] == ["2023-07-17"]


def test_a_toll_that_rises_from_day_to_day_is_no_conflict():
    digest = digest_of(
        article("The mayor said 12 people were killed in Larne.", day=MONDAY, name="a", publisher="The Post"),
        article("The mayor said 19 people were killed in Larne.", day=WEDNESDAY, name="b", publisher="The Sun"),
        article("The Red Cross said 31 people were killed in Larne.", day=date(2023, 7, 20), name="c"),
    )

    assert kinds(digest) == {FindingKind.OTHER_DATE}


WIRE = (
    "The river burst its banks at dawn and took two bridges with it. Engineers had warned of the old levee since the "
    "spring. Soldiers carried people from the roofs of the lower town until nightfall. The mayor asked for boats, "
    "tents and clean water. Trains stopped on both sides of the valley, and the road to the pass is closed. "
    "Schools will stay shut until the end of the week. Officials said 300 people had left their homes."
)
OWN = (
    "In the lower town nobody slept. Neighbours passed sandbags along the quay, and the baker gave away his bread. "
    "A nurse told how she waded to the clinic with a lamp in her hand. Officials said 450 people had left their homes."
)


def _edited(every: int, shift: int) -> str:
    """The wire's text as an editor leaves it, with another word here and there."""
    return " ".join("however" if at % every == shift else word for at, word in enumerate(WIRE.split()))


def test_a_wire_copy_that_five_papers_edited_is_one_origin_in_agreement():
    texts = [WIRE, *(_edited(11, shift) for shift in range(4))]
    papers = [
        replace(article(text, day=date(2025, 6, 3), name=f"p{at}"), publisher=f"Paper {at}")
        for at, text in enumerate(texts)
    ]
    own = replace(article(OWN, day=date(2025, 6, 3), name="own"), publisher="The Valley Post")

    digest = digest_of(*papers, own)

    assert [source.origin for source in digest.sources] == [1, 1, 1, 1, 1, 6]


def test_papers_of_one_family_and_an_agency_s_text_in_any_paper_are_one_origin():
    families = Families(
        members={"gazette": "Brell Media", "post": "Brell Media", "reuters": "Reuters"}, wires=frozenset({"Reuters"})
    )
    told = [
        replace(article("The dam holds.", day=date(2025, 6, 3), name="a"), publisher="The Gazette"),
        replace(article("A bridge fell.", day=date(2025, 6, 3), name="b"), publisher="The Post"),
        replace(article("Rain is due.", day=date(2025, 6, 3), name="c"), publisher="The Gazette", byline="Reuters"),
        replace(article("Boats came.", day=date(2025, 6, 3), name="d"), publisher="Other", byline="By Jo and Reuters"),
        replace(article("Help is near.", day=date(2025, 6, 3), name="e"), publisher="Other"),
    ]

    digest = merge([read(one, ()) for one in told], families.house)

    assert [source.origin for source in digest.sources] == [1, 1, 3, 3, 5]
