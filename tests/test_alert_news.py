"""What of an article is news for an alert: no comment, nothing told before in other words, no part as a clash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.digest.alert import Alert, AlertKind
from bot.digest.alerts import alerts
from bot.digest.changes import changes
from bot.digest.glued import beginning
from bot.digest.model import Article
from bot.digest.voice import voice
from tests.story import article, digest_of

MONDAY, TUESDAY, WEDNESDAY = date(2023, 7, 17), date(2023, 7, 18), date(2023, 7, 19)
COUNCIL = article("The council of Larne met on Monday.", day=MONDAY, name="council")
FLOOD = "The river has flooded the harbour district of Larne and cut off its hospital from the town."
REPORTED = (
    "The mayor said the water rose for hours. Police told people to stay at home. "
    "Buses stood in the streets, a driver said. The army announced that it would send boats. "
    "The county said the bridge was shut. Nurses told the mayor that they had no light. "
    "A doctor said the wards were dry. The fire brigade said pumps were on their way. "
    "According to the harbour master two ships broke loose. The police said nobody was hurt."
)
TOLD_ALONE = (
    "The water rose for hours. People stayed in their homes. Buses stood in the streets. Boats were on their way. "
    "The bridge was shut for days. Nurses had no light in the wards. The wards of the old wing were dry. "
    "Pumps were on their way by noon. Two ships broke loose at the quay. Nobody was hurt in the harbour."
)


def found(old: Sequence[Article], text: str, day: date = TUESDAY, known: Sequence[str] = ()) -> tuple[Alert, ...]:
    """What is worth an alert when an article with this text follows on the old ones."""
    before, after = digest_of(*old), digest_of(*old, article(text, day=day, name="new", publisher="The Post"))
    return alerts(before, after, changes(before, after), known)


def keys(given: Sequence[Alert]) -> list[str]:
    return [alert.keys[0] for alert in given]


@pytest.mark.parametrize(
    "below",
    [
        "I know the old quay well. My father built boats there. We fished from it as children. The mayor was late.",
        "Why did nobody mend the dam? The town has grown since then. And what will become of the quay? It rained.",
        TOLD_ALONE,
    ],
)
def test_what_a_writer_tells_or_explains_on_his_own_account_is_no_report(below: str):
    assert found([COUNCIL], f"{FLOOD} {below}") == ()


@pytest.mark.parametrize(
    "below",
    [
        REPORTED,
        '"I know the quay well," the mayor said. "We lost it. My boats are gone. Our homes too." Nobody was hurt.',
        '"I know the quay well. We lost it. My boats are gone. Our homes too," the mayor said. Nobody was hurt.',
        "Have you been cut off by the flood? Do you have pictures? The mayor said nobody was hurt.",
        "The mayor asked for help. How long will it take to pump the water out? Nobody was hurt, she said.",
    ],
)
def test_what_others_are_quoted_with_and_what_readers_are_asked_is_not_the_writers_voice(below: str):
    assert [alert.kind for alert in found([COUNCIL], f"{FLOOD} {below}")] == [AlertKind.EVENT]


def test_an_article_that_cites_nobody_is_a_report_where_it_opens_with_its_day():
    dated = "Nurses walked out of the flooded hospital at the harbour of Larne on Tuesday."

    assert [alert.kind for alert in found([COUNCIL], f"{dated} {TOLD_ALONE}")] == [AlertKind.EVENT]


def test_what_two_articles_that_cite_nobody_open_with_is_a_report():
    other = "In Larne the hospital has been cut off from the town by the flooded river and harbour district."
    alone = " ".join(f"Street number {name} lay under mud from end to end." for name in "ABCDEFGHIJKL")
    first = article(f"{other} {alone}", day=TUESDAY, name="first", publisher="The Echo")

    assert [alert.kind for alert in found([COUNCIL, first], f"{FLOOD} {TOLD_ALONE}")] == [AlertKind.EVENT]


def test_a_voice_counts_the_sentences_of_the_beginning_that_are_the_writers_own():
    text = 'I saw it. "I was there," the mayor of Larne said. Why was our dam so weak in the end? I went to the quay.'

    heard = voice(digest_of(article(text, day=TUESDAY)).sources[0])

    assert (heard.sentences, heard.personal, heard.asking, heard.citing) == (3, 2, 1, 1)


def test_a_writer_who_speaks_of_himself_gives_no_event_alone():
    dated = "Nurses walked out of the flooded hospital at the harbour of Larne on Tuesday."
    below = "I know the old quay well. My father built boats there. We fished from it as children. The mayor was late."

    assert found([COUNCIL], f"{dated} {below}") == ()
    assert [alert.kind for alert in found([COUNCIL], f"{dated} {REPORTED}")] == [AlertKind.EVENT]


def test_what_a_page_sent_its_own_reporter_to_see_is_no_report():
    seen = "The VBC's Ann Roe has met the crews who have cleared the flooded harbour district of Larne."

    assert found([COUNCIL], seen) == ()
    assert found([COUNCIL], seen.replace("The VBC's Ann Roe has met", "The county's mayor has praised")) != ()


@pytest.mark.parametrize("note", ["NEW: ", "Editor's Note: "])
def test_the_bullets_and_notes_of_a_page_are_no_report(note: str):
    assert found([COUNCIL], f"{note}{FLOOD}") == ()


@pytest.mark.parametrize(
    ("day", "is_news"), [("Tuesday", True), ("Monday", True), ("Sunday", True), ("Saturday", False), ("Friday", False)]
)
def test_a_weekday_that_is_some_days_past_is_background(day: str, is_news: bool):
    text = f"Thousands demonstrated {day} at the flooded harbour of Larne, pressing for pumps and hospital beds."

    assert (found([COUNCIL], text) != ()) == is_news


def test_a_weekday_to_come_is_news():
    text = "Thousands will demonstrate on Saturday at the flooded harbour of Larne, said the unions of its hospital."

    assert found([COUNCIL], text) != ()


def test_a_figure_that_two_sentences_of_these_days_share_tells_that_they_are_one():
    fund = "The owner of the dam agreed on Monday to set up a $20 million fund for the families and halt its dividend."
    again = "The dam's owner is to put $20m in a pot for families of Larne and pay boatmen, the mayor says."
    other = again.replace("$20m", "$45m")
    told = found([COUNCIL], fund, MONDAY)
    story = [COUNCIL, article(fund, day=MONDAY, name="fund", publisher="The Echo")]

    assert len(told) == 1
    assert found(story, again, TUESDAY, keys(told)) == ()
    assert len(found(story, other, TUESDAY, keys(told))) == 1


def test_a_day_of_the_month_and_a_year_are_no_figures_that_two_sentences_share():
    first = "The owner of the dam opened on Monday a hospital for the families who fled Larne on June 25."
    next_step = "Engineers say the dam will need a new gate after June 25 left families without its water."
    told = found([COUNCIL], first, MONDAY)
    story = [COUNCIL, article(first, day=MONDAY, name="first", publisher="The Echo")]

    assert len(told) == 1
    assert len(found(story, next_step, TUESDAY, keys(told))) == 1


def test_a_caption_gives_the_plan_behind_it_no_day():
    caption = "Ann Roe attended the trial of the dam's builder in the old court on Tuesday"
    sentence = "The Larne band is to play in the harbour for the families of the flooded hospital next month."

    given = found([COUNCIL], f"{caption} {sentence} The band announced it.", WEDNESDAY)

    assert (caption + " " + sentence)[beginning(caption + " " + sentence, "the band") :] == sentence
    assert all("2023-07-18" not in key for key in keys(given))


@pytest.mark.parametrize(
    ("text", "is_event"),
    [
        ("The county hospital has counted 62 cases of fever in flooded Larne, up from 31 cases on Monday.", False),
        ("The county hospital counted 31 new cases of fever in the flooded harbour of Larne on Monday.", True),
    ],
)
def test_the_day_of_an_earlier_number_is_not_that_of_the_new_one(text: str, is_event: bool):
    given = found([COUNCIL], text)

    assert any(key.startswith("event|2023-07-17") for key in keys(given)) == is_event


def test_what_a_relative_clause_tells_of_its_actor_alone_is_no_event():
    ousted = (
        "Protests in Larne have cost the harbour board its chairman, Ben Moe, and two deputies, "
        "who submitted their resignations on Tuesday."
    )

    assert found([COUNCIL], ousted) == ()
    assert found([COUNCIL], "Two deputies of the harbour board of Larne submitted their resignations on Tuesday.") != ()


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        (
            "The Red Cross said 35 people were killed in Larne.",
            "Police said 20 people were killed in Larne and 15 others drowned.",
            False,
        ),
        (
            "The Red Cross said 35 people, 20 of them children, were killed in Larne.",
            "Police said 20 people were killed in Larne.",
            False,
        ),
        (
            "The Red Cross said 35 people were killed in Larne.",
            "Police said 20 people were killed in Larne and 4 others drowned.",
            True,
        ),
    ],
)
def test_a_total_and_its_parts_are_no_conflict(first: str, second: str, clash: bool):
    before = article(first, day=MONDAY, name="whole", publisher="The Echo")

    given = found([before], second, MONDAY)

    assert any(alert.kind is AlertKind.CONFLICT_OPENED for alert in given) == clash


def test_a_small_number_without_a_speaker_is_not_believed_of_one_paper_alone():
    before = article("Police said 2 people were killed in Larne.", day=MONDAY, name="before", publisher="The Echo")

    def figures(text: str) -> list[AlertKind]:
        return [alert.kind for alert in found([before], text) if alert.kind is AlertKind.FIGURE_NEW]

    assert figures("The town of Larne, where 4 people were killed, has a new mayor.") == []
    assert figures("In Larne 15 people were killed.") == [AlertKind.FIGURE_NEW]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "Crews looking for seals in the vast Gulf of Larne have found a boat, and the search goes on."),
        ("The mayor was speechless at the flood ", "Relatives of Ann Roe have asked for an inquiry, friends say."),
        ("It is not clear if they came here on a ship ", "Seals have landed on the beach of Larne this week."),
        ("", "The mayor said the crew of the ship Seals have landed on the beach of Larne this week."),
    ],
)
def test_a_sentence_begins_with_a_noun_and_not_with_a_name(before: str, after: str):
    assert (before + after)[beginning(before + after, "The gulf is wide. Its relatives came with seals.") :] == after


def test_days_apart_the_same_figure_may_be_the_next_step():
    fund = "The owner of the dam agreed on Monday to set up a $20 million fund for the families and halt its dividend."
    later = "Larne says the fund of $20 million has paid its first families, and boatmen were left out."
    story = [COUNCIL, article(fund, day=MONDAY, name="fund", publisher="The Echo")]

    told = keys(found([COUNCIL], fund, MONDAY))

    assert found(story, later, MONDAY + timedelta(days=6), told) != ()
