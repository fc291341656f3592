"""Alerts: what deserves one, what of it a chat is told, and how it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.chats import WATCHED_KEPT, Alerts, Away, Chat, Choices, Heard, HeldAlert, NotUnderstood, Quiet
from bot.desk.alerting import BURST, Brought, Hearing, hear
from bot.desk.watching import read_watch
from bot.digest.alert import Alert, AlertKind, Moved, NewFigure, with_earlier
from bot.digest.alerts import alerts, mentioned
from bot.digest.changes import changes
from bot.digest.glued import beginning
from bot.digest.merging import merge
from bot.digest.model import Article, Basis, Digest, Published
from bot.digest.reading import read
from bot.digest.watched import Watch, first_sentence
from bot.outbox import ChatId
from bot.render.alerts import alert_message
from bot.render.check import problems
from bot.render.headlines import age, earlier_version
from bot.render.message import MESSAGE_LIMIT
from tests.story import article, digest_of, shipped_trackers

MONDAY, TUESDAY, WEDNESDAY = date(2023, 7, 17), date(2023, 7, 18), date(2023, 7, 19)
NOON = datetime(2023, 7, 19, 12, 0, tzinfo=UTC)
POLICE_12 = article("Police said 12 people were killed in Larne.", day=MONDAY, name="police-12", publisher="The Post")
POLICE_19 = article("Police said 19 people were killed in Larne.", day=TUESDAY, name="police-19", publisher="The Echo")
RED_CROSS_9 = article("The Red Cross said 9 people were killed in Larne.", day=MONDAY, name="red-cross-9")
RED_CROSS_19 = article("The Red Cross said 19 people were killed in Larne.", day=WEDNESDAY, name="red-cross-19")
STRIKE = article(
    "Nurses walked out at every hospital of Larne on Tuesday.", day=TUESDAY, name="strike", publisher="Echo"
)


def told(old: Sequence[Article], new: Sequence[Article], known: Sequence[str] = ()) -> tuple[Digest, tuple[Alert, ...]]:
    """The digest of both and what is worth an alert in it."""
    before, after = digest_of(*old), digest_of(*old, *new)
    return after, alerts(before, after, changes(before, after), known)


def rendered(old: Sequence[Article], new: Sequence[Article], now: datetime = NOON, known: Sequence[str] = ()) -> str:
    digest, found = told(old, new, known)
    message = alert_message(digest, found, shipped_trackers(), now)
    return "" if message is None else message.html


def kinds(found: Sequence[Alert]) -> list[AlertKind]:
    return [alert.kind for alert in found]


def minutes_old(given: Article, minutes: int, basis: Basis = Basis.FEED) -> Article:
    return replace(given, published=Published(moment=NOON - timedelta(minutes=minutes), basis=basis))


def test_a_toll_that_rises_opens_with_the_change_and_cites_both_numbers():
    html = rendered([POLICE_12], [minutes_old(POLICE_19, 12)])

    assert html.startswith("<b>📈 Figure moved: 12 → 19</b>\n• ")
    assert "published 12 min ago" in html
    assert "Police said 12 people were killed in Larne." in html
    assert "Police said 19 people were killed in Larne." in html


def test_two_speakers_who_cannot_both_be_right_are_shown_with_both_sides():
    html = rendered([POLICE_12], [RED_CROSS_9])

    assert "New conflict" in html
    assert "Police said [1]" in html
    assert "The Red Cross said [2]" in html


def test_a_conflict_that_was_told_is_said_to_be_over_and_one_that_was_not_is_not():
    before = [POLICE_12, RED_CROSS_9, POLICE_19]
    _, opened = told([POLICE_12], [RED_CROSS_9])
    known = [alert.keys[0] for alert in opened]

    assert AlertKind.CONFLICT_CLOSED in kinds(told(before, [RED_CROSS_19], known)[1])
    assert AlertKind.CONFLICT_CLOSED not in kinds(told(before, [RED_CROSS_19])[1])


def test_an_event_is_told_with_its_date_and_the_words_it_was_read_from():
    html = rendered([POLICE_12], [STRIKE])

    assert "<b>🆕 New event</b>\n<b>Tue 18 Jul 2023</b>\n• Nurses walked out" in html
    assert "“Tuesday”" in html


def test_an_article_that_changed_its_number_is_said_to_have_corrected_it():
    first = article("Police said 12 people were killed in Larne.", day=TUESDAY, name="a", publisher="The Post")
    second = replace(first, text="Police said 9 people were killed in Larne.")
    before, after = digest_of(first), digest_of(second)

    found = alerts(before, after, changes(before, after), ())
    html = alert_message(after, found, shipped_trackers(), NOON)

    assert kinds(found)[0] is AlertKind.CORRECTION
    assert html is not None
    assert html.html.startswith("<b>✏️ Correction: 12 → 9</b>")
    assert "[2] The Post, earlier version of [1], 18 Jul 2023" in html.html


@pytest.mark.parametrize(
    "text",
    [
        "Flu kills about 400 people in Larne every year.",
        "Police said 312 people were killed in Larne in 1998.",
        "My uncle says 44 people were killed in Larne.",
        "Police said dozens of people were killed in Larne.",
    ],
)
def test_what_is_usual_long_past_vague_or_hearsay_is_no_news(text: str):
    _, found = told([POLICE_12], [article(text, day=TUESDAY, name="other")])

    assert found == ()


def test_what_was_told_is_not_told_again_by_another_article_nor_after_a_restart():
    _, first = told([POLICE_12], [POLICE_19])
    known = [alert.keys[0] for alert in first]
    again = article("In Larne, 19 people were killed, the mayor said.", day=WEDNESDAY, name="mayor")

    assert told([POLICE_12], [POLICE_19], known)[1] == ()
    assert AlertKind.FIGURE_NEW not in kinds(told([POLICE_12, POLICE_19], [again], known)[1])


def test_an_old_article_that_arrives_late_brings_no_alert():
    late = article("Police said 40 people were killed in Larne.", day=date(2023, 7, 10), name="late")

    assert told([POLICE_12, RED_CROSS_19], [late])[1] == ()


FLOOD = "The river has flooded the harbour district of Larne and cut off its hospital from the town."


def test_what_a_lone_article_opens_with_is_told_where_few_write_and_once():
    opening = article(f"{FLOOD} It had rained for weeks.", day=TUESDAY, name="flood", publisher="The Echo")
    again = article(FLOOD.replace("cut off", "severed"), day=WEDNESDAY, name="again", publisher="The Post")

    _, first = told([POLICE_12], [opening])
    html = rendered([POLICE_12], [opening])
    known = [alert.keys[0] for alert in first]

    assert html.startswith(f"<b>🗞 New report</b>\n• {FLOOD}")
    assert told([POLICE_12, opening], [again], known)[1] == ()


def test_of_many_articles_one_gives_the_days_first_report_and_two_the_second():
    schools = "Water has closed every street of Larne to cars, and the schools of the county wait for buses."
    bridge = "Mud and water from the streets of Larne have broken the railway bridge and its lamps."
    first = article(schools, day=TUESDAY, name="schools", publisher="The Echo")
    second = article(bridge, day=TUESDAY, name="bridge", publisher="The Post")
    other = "The railway bridge of Larne has been broken by mud and water, which came down every street."
    third = article(other, day=TUESDAY, name="third", publisher="The Mail")
    story = [*busy_story(), POLICE_12]

    known = [alert.keys[0] for alert in told(story, [first])[1]]

    assert len(known) == 1
    assert told([*story, first], [second], known)[1] == ()
    assert kinds(told([*story, first, second], [third], known)[1]) == [AlertKind.EVENT]


@pytest.mark.parametrize("days", [0, 1, 2])
def test_what_another_article_told_in_other_words_is_not_told_again_in_these_days(days: int):
    opening = article(FLOOD, day=MONDAY, name="flood", publisher="The Echo")
    other = "In Larne the hospital has been cut off from the town by the flooded river and harbour district."
    again = article(other, day=MONDAY + timedelta(days=days), name="again", publisher="The Post")
    known = [alert.keys[0] for alert in told([POLICE_12], [opening])[1]]

    assert len(known) == 1
    assert told([POLICE_12, opening], [again], known)[1] == ()


def test_a_sentence_that_an_older_article_has_is_no_news():
    older = article(f"The council met the mayor. She was late. {FLOOD}", day=MONDAY, name="older", publisher="The Echo")
    again = article(FLOOD, day=TUESDAY, name="again", publisher="The Post")

    assert told([POLICE_12, older], [again])[1] == ()


@pytest.mark.parametrize(
    "first",
    [
        "The mayor of Larne said on a walk through its wet streets that she had slept badly for weeks.",
        "The harbour district of Larne is a maze of old mills, narrow streets and quays beside the river.",
    ],
)
def test_what_follows_an_articles_first_sentence_is_its_background(first: str):
    assert "New report" not in rendered([POLICE_12], [article(f"{first} {FLOOD}", day=TUESDAY, name="second")])


@pytest.mark.parametrize("first", ["It is what the old town had feared.", "How is the town to avoid another flood?"])
def test_an_article_whose_first_sentence_needs_another_gives_no_report(first: str):
    assert "New report" not in rendered([POLICE_12], [article(f"{first} {FLOOD}", day=TUESDAY, name="second")])


def test_on_a_day_of_which_an_event_was_told_one_of_many_articles_gives_no_report():
    schools = "Water has closed every street of Larne to cars, and the schools of the county wait for buses."
    opening = article(schools, day=TUESDAY, name="schools", publisher="The Echo")
    walked = "Nurses walked through water and mud in the streets of Larne on Tuesday."
    events = [article(walked, day=TUESDAY, name=name, publisher=name) for name in ("North", "South")]
    story = [*busy_story(), POLICE_12]
    known = [alert.keys[0] for alert in told(story, events)[1]]

    assert [key.split("|")[0] for key in known] == ["event"]
    assert told([*story, *events], [opening], known)[1] == ()
    assert kinds(told(story, [opening])[1]) == [AlertKind.EVENT]


@pytest.mark.parametrize("note", ["Here is a look at the flood.", "The following is a timeline of the flood."])
def test_a_page_that_puts_together_what_is_known_is_no_report(note: str):
    assert told([POLICE_12], [article(f"{FLOOD} {note}", day=TUESDAY, name="survey")])[1] == ()


def test_what_an_article_says_further_down_is_no_event_when_nobody_else_tells_it():
    lead = "The river of Larne has risen, the county said. Its mayor was seen in the harbour."
    aside = "Nurses of the county hospital walked out of a meeting in Larne on Tuesday."

    assert "New event" in rendered([POLICE_12], [article(aside, day=TUESDAY, name="lead")])
    assert "New event" not in rendered([POLICE_12], [article(f"{lead} {aside}", day=TUESDAY, name="aside")])


def test_an_event_is_shown_without_the_dateline_that_ran_into_its_sentence():
    stamped = replace(STRIKE, text=f"LARNE (Reuters) - {STRIKE.text}")

    assert f"• {STRIKE.text}" in rendered([POLICE_12], [stamped])


def test_a_number_that_was_given_for_another_place_before_is_not_new():
    before = article("Police said 25 people were killed in the county.", day=MONDAY, name="before", publisher="North")
    again = article("Police said 25 people were killed in Larne.", day=WEDNESDAY, name="again", publisher="South")

    assert AlertKind.FIGURE_NEW not in kinds(told([before], [again])[1])
    assert AlertKind.FIGURE_NEW in kinds(told([replace(before, text="Police met the mayor.")], [again])[1])


@pytest.mark.parametrize(
    "text",
    [
        "A woman carries her child through the flooded harbour of Larne on Tuesday, July 18, 2023.",
        "In this photo taken on Tuesday soldiers carried children out of the flooded harbour of Larne.",
        "Soldiers carried children out of the flooded harbour of Larne on Tuesday (AP Photo/Ann Roe).",
    ],
)
def test_a_caption_is_no_news(text: str):
    assert told([POLICE_12], [article(text, day=TUESDAY, name="caption")])[1] == ()


def busy_story() -> list[Article]:
    """Six papers of one day that write of Larne's flood, in words of their own."""
    said = ["Mayor Ann Roe", "The army", "A hospital", "The Red Cross", "The coast guard", "The fire brigade"]
    return [
        article(f"{who} said water rose in Larne. Streets were full of mud.", day=TUESDAY, name=f"p{number}")
        for number, who in enumerate(said)
    ]


def test_in_a_story_of_many_papers_one_alone_is_not_believed_and_two_are():
    one = article("The army said 25 people were killed in Larne.", day=TUESDAY, name="one", publisher="North")
    two = article("In Larne 25 people were killed, the mayor said.", day=TUESDAY, name="two", publisher="South")

    assert AlertKind.FIGURE_NEW not in kinds(told(busy_story(), [one])[1])
    assert AlertKind.FIGURE_NEW in kinds(told([*busy_story(), one], [two])[1])


def test_a_number_that_doubles_is_urgent_and_one_that_grows_is_not():
    doubled = article("Police said 30 people were killed in Larne.", day=TUESDAY, name="b", publisher="Echo")

    assert [alert.urgent for alert in told([POLICE_12], [doubled])[1]][:1] == [True]
    assert [alert.urgent for alert in told([POLICE_12], [POLICE_19])[1]][:1] == [False]


@pytest.mark.parametrize(
    ("minutes", "basis", "expected"),
    [
        (0, Basis.FEED, "published 0 min ago"),
        (59, Basis.FEED, "published 59 min ago"),
        (61, Basis.STATED, "published 1 h ago"),
        (12, Basis.INFERRED, "published ≈ 19 Jul 2023"),
        (25 * 60, Basis.FEED, "published 18 Jul 2023"),
        (-5, Basis.FEED, "published 19 Jul 2023"),
        (12 * 60, Basis.STATED, "published 19 Jul 2023"),
    ],
)
def test_the_age_is_never_finer_than_what_is_known(minutes: int, basis: Basis, expected: str):
    digest = digest_of(minutes_old(POLICE_12, minutes, basis))

    assert age(digest.sources[0], NOON) == expected


def every_message() -> Iterator[tuple[str, Digest]]:
    """One message of each kind, and the digest that it is held against."""
    fresh = minutes_old(POLICE_19, 12)
    _, opened = told([POLICE_12], [RED_CROSS_9])
    for old, new in (([POLICE_12], [fresh]), ([POLICE_12], [RED_CROSS_9]), ([POLICE_12], [STRIKE]), ([], [POLICE_12])):
        yield rendered(old, new), digest_of(*old, *new)
    before = [POLICE_12, RED_CROSS_9, POLICE_19]
    known = [alert.keys[0] for alert in opened]
    yield rendered(before, [RED_CROSS_19], known=known), digest_of(*before, RED_CROSS_19)
    corrected = replace(POLICE_12, text="Police said 9 people were killed in Larne.")
    first, second = digest_of(POLICE_12), digest_of(corrected)
    correction = alerts(first, second, changes(first, second), ())
    shown = with_earlier(second, [one.told for one in correction], earlier_version)
    message = alert_message(second, correction, shipped_trackers(), NOON)
    assert message is not None
    yield message.html, shown
    report = read(STRIKE, shipped_trackers())
    mention = mentioned(Watch(any_of=("nurse",)), report, 1)
    assert mention is not None
    digest = merge([report])
    message = alert_message(digest, [mention], shipped_trackers(), NOON)
    assert message is not None
    yield message.html, digest


def test_every_message_passes_the_check_and_no_single_changed_digit_or_headline_does():
    messages = list(every_message())
    passed = []
    count = 0
    for html, digest in messages:
        assert problems(html, digest, shipped_trackers(), NOON) == ()
        for other in changed(html):
            count += 1
            if not problems(other, digest, shipped_trackers(), NOON):
                passed.append(other)

    assert count >= 60
    assert passed == []


def changed(html: str) -> Iterator[str]:
    """Each digit made the next, and each headline made another."""
    for digit in re.finditer(r"(?<![#&\w])\d(?=[^<>]*(?:<|$))|(?<=\d)\d(?=[^<>]*(?:<|$))", html):
        yield html[: digit.start()] + str((int(digit[0]) + 1) % 10) + html[digit.end() :]
    for one, other in (
        ("📈 Figure moved", "✏️ Correction"),
        ("🔢 New figure", "📈 Figure moved"),
        ("⚡ New conflict", "🤝 The latest numbers go together"),
        ("🤝 The latest numbers go together", "⚡ New conflict"),
        ("🆕 New event", "👀 Watched: nurses"),
        ("👀 Watched: nurse", "👀 Watched: doctors"),
        ("12 → 19", "19 → 12"),
        ("✏️ Correction", "📈 Figure moved"),
    ):
        if one in html:
            yield html.replace(one, other, 1)


def test_an_age_is_held_against_the_clock():
    html = rendered([POLICE_12], [minutes_old(POLICE_19, 12)])
    digest = digest_of(POLICE_12, minutes_old(POLICE_19, 12))

    assert problems(html, digest, shipped_trackers(), NOON + timedelta(minutes=1))
    assert problems(html, digest, shipped_trackers())


def test_a_burst_fits_one_message_and_says_how_many_more_there_are():
    places = ["Larne", "Ballymena", "Antrim", "Derry", "Newry", "Omagh", "Armagh", "Bangor", "Lisburn", "Coleraine"]
    wordy = "after the river broke through the old dyke by the mill and the water stood two metres high in every street"
    flood = [
        article(f"Police said {20 + 3 * n} people were killed in {place} {wordy}.", day=TUESDAY, name=place)
        for n, place in enumerate(places)
    ]
    digest, found = told([], flood)

    message = alert_message(digest, found * 3, shipped_trackers(), NOON, kept_back=2)

    assert len(found) > 1
    assert message is not None
    assert len(re.sub(r"<[^>]+>", "", message.html)) <= MESSAGE_LIMIT
    assert re.search(r"\d+ more waiting: /news", message.html)


def test_an_alert_that_cannot_be_checked_is_not_sent():
    digest, found = told([POLICE_12], [POLICE_19])
    moved = found[0].told
    assert isinstance(moved, Moved)
    wrong = replace(found[0], told=Moved(old=moved.new, new=moved.old))

    assert alert_message(digest, [wrong], shipped_trackers(), NOON) is None


def alert(key: str, *, urgent: bool = False, importance: float = 1.0, kind: AlertKind = AlertKind.EVENT) -> Alert:
    """An alert whose content does not matter."""
    return Alert(keys=(key,), kind=kind, told=NewFigure(claims=()), importance=importance, urgent=urgent)


ON = Chat(id=ChatId(7), zone="Europe/Kyiv", choices=Choices(alerts=Alerts(on=True, cap=3)))
NIGHT = Quiet(begins=time(22), ends=time(7))
MIDNIGHT = datetime(2023, 7, 18, 21, 30, tzinfo=UTC)  # 00:30 in Kyiv
SEVEN = datetime(2023, 7, 19, 4, 0, tzinfo=UTC)


def brought(*alerts: Alert, news: int = 1) -> list[Brought]:
    return [Brought(news=news, alert=one) for one in alerts]


def names(found: Sequence[Brought]) -> list[str]:
    return [one.alert.keys[0] for one in found]


def told_before(chat: Chat, hearing: Hearing) -> Chat:
    return replace(chat, heard=hearing.after)


def quiet(*, urgent_passes: bool) -> Chat:
    return replace(ON, choices=replace(ON.choices, quiet=replace(NIGHT, urgent_passes=urgent_passes)))


def test_a_chat_that_did_not_ask_is_told_nothing():
    off = replace(ON, choices=Choices())

    assert hear(off, brought(alert("a")), NOON).tell == ()


def test_only_the_kinds_that_a_chat_chose_and_what_it_watches_for_are_told():
    only = replace(ON, choices=Choices(alerts=Alerts(on=True, kinds=(AlertKind.EVENT,))))
    found = brought(alert("a"), alert("b", kind=AlertKind.FIGURE_MOVED), alert("c", kind=AlertKind.WATCHED))

    assert names(hear(only, found, NOON).tell) == ["a", "c"]


def test_figures_of_a_tracker_that_the_chat_left_out_are_not_told():
    chosen = replace(ON, choices=replace(ON.choices, trackers=("casualties",)))
    found = brought(replace(alert("a"), tracker="troops"), replace(alert("b"), tracker="casualties"), alert("c"))

    assert names(hear(chosen, found, NOON).tell) == ["b", "c"]


def test_a_sentence_with_watched_words_comes_once_and_of_two_that_share_a_key_one():
    watched = alert("a", kind=AlertKind.WATCHED)
    first = hear(ON, brought(watched, alert("b"), replace(alert("c"), keys=("c", "b"))), NOON)

    assert names(first.tell) == ["a", "b"]
    assert hear(told_before(ON, first), brought(watched, news=2), NOON + 2 * BURST).tell == ()


def test_of_the_sentences_with_watched_words_only_the_newest_are_remembered():
    chat = ON
    for number in range(2 * WATCHED_KEPT):
        chat = told_before(chat, hear(chat, brought(alert(str(number), kind=AlertKind.WATCHED)), NOON))

    assert chat.heard.watched == tuple(str(number) for number in range(WATCHED_KEPT, 2 * WATCHED_KEPT))


def test_quiet_hours_hold_alerts_until_they_end():
    chat = quiet(urgent_passes=True)
    night = hear(chat, brought(alert("a"), alert("b", urgent=True)), MIDNIGHT)
    morning = hear(told_before(chat, night), brought(alert("a")), SEVEN)

    assert (names(night.tell), night.after.held, night.after.due) == (["b"], (HeldAlert(news=1, key="a"),), SEVEN)
    assert (names(morning.tell), morning.after.held, morning.after.due) == (["a"], (), None)


def test_urgent_alerts_wait_too_where_the_chat_says_so():
    night = hear(quiet(urgent_passes=False), brought(alert("b", urgent=True)), MIDNIGHT)

    assert (night.tell, night.after.held) == ((), (HeldAlert(news=1, key="b"),))


def test_a_burst_is_gathered_into_one_message_and_what_is_urgent_is_not():
    first = hear(ON, brought(alert("a")), NOON)
    then = told_before(ON, first)
    second = hear(then, brought(alert("b"), alert("c", urgent=True), news=2), NOON + timedelta(minutes=3))
    third = hear(told_before(ON, second), brought(alert("b"), news=2), second.after.due or NOON)

    assert (names(first.tell), names(second.tell), names(third.tell)) == (["a"], ["c"], ["b"])
    assert second.after.due == NOON + timedelta(minutes=3) + BURST


def test_the_cap_counts_by_the_chats_own_day_and_says_what_waits():
    many = [alert(name, importance=10 - place) for place, name in enumerate("abcdefgh")]
    today = hear(ON, brought(*many), NOON)
    later = hear(told_before(ON, today), brought(alert("x")), NOON + 2 * BURST)
    next_day = datetime(2023, 7, 19, 21, 5, tzinfo=UTC)
    tomorrow = hear(told_before(ON, later), brought(alert("y")), next_day)

    assert (names(today.tell), today.waiting) == (["a", "b", "c"], 5)
    assert later.tell == ()
    assert (names(tomorrow.tell), tomorrow.waiting) == (["y"], 1)


def test_what_comes_while_the_chat_is_away_is_not_made_up_for():
    away = replace(ON, away=Away(until=NOON + timedelta(hours=1)), heard=Heard(held=(HeldAlert(news=1, key="old"),)))
    gone = hear(away, brought(alert("old"), alert("a")), NOON)

    assert (gone.tell, gone.after.held) == ((), ())


def test_the_message_has_the_same_key_when_the_step_is_taken_again():
    found = brought(alert("a"), alert("b"), news=3)

    assert hear(ON, found, NOON).key == hear(ON, found[::-1], NOON).key == "alert 3 a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ferry", Watch(any_of=("ferry",))),
        (
            'ferry "port of Larne" +strike -football',
            Watch(any_of=("ferry", "port of Larne"), must=("strike",), must_not=("football",)),
        ),
        ("“port of Larne” –football ferry", Watch(any_of=("port of Larne", "ferry"), must_not=("football",))),
        ("+strike +ferry", Watch(must=("strike", "ferry"))),
        ('-"football club" ferry', Watch(any_of=("ferry",), must_not=("football club",))),
    ],
)
def test_a_watch_reads_words_phrases_and_signs_and_writes_itself_again(text: str, expected: Watch):
    assert read_watch(text) == expected
    assert read_watch(expected.text) == expected


@pytest.mark.parametrize(
    "text", ["", "-football", "the", '"port of', "fer*y", "a" * 61, "[a-z]+", '""', "a b c d e f g h i"]
)
def test_what_is_no_watch_is_answered_with_what_would_be(text: str):
    answer = read_watch(text)

    assert isinstance(answer, NotUnderstood)
    assert answer.expected
    assert isinstance(read_watch(answer.example), Watch)


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        (Watch(any_of=("ferries",)), 1),
        (Watch(any_of=("zelenskyy",)), 2),
        (Watch(any_of=("strike",)), 1),
        (Watch(any_of=("port of larne",)), 0),
        (Watch(any_of=("larne port",)), None),
        (Watch(any_of=("ferry",), must=("dock",)), None),
        (Watch(any_of=("ferry",), must=("port",)), 1),
        (Watch(any_of=("ferry",), must_not=("port",)), None),
        (Watch(must=("port", "ferry")), 0),
        (Watch(any_of=("art",)), None),
    ],
)
def test_words_are_found_in_any_case_ending_and_accent(watch: Watch, expected: int | None):
    sentences = ["The Port of Larne reopened.", "A ferry's crew was striking.", "Zélenskyy’s party was told."]

    assert first_sentence(watch, " ".join(sentences), sentences) == expected


def test_a_watched_word_is_told_with_its_sentence_once():
    report = read(STRIKE, shipped_trackers())
    copy = read(replace(STRIKE, id=POLICE_12.id), shipped_trackers())
    first, second = (mentioned(Watch(any_of=("hospitals",)), each, number) for number, each in ((1, report), (2, copy)))

    assert first is not None
    assert second is not None
    assert first.keys == second.keys


@pytest.mark.parametrize(
    "text",
    [
        "The harbour of Larne is located on the east coast and covers half of the district around its old mill.",
        "The Larne Harbour Bureau was an agency of the county that managed the quays, docks and mineral resources.",
        "Could the river flood the harbour district of Larne and cut off its hospital from the town?",
        "We saw how the river flooded the harbour district of Larne and cut off its hospital from the town.",
        "The Post's Ann Roe describes her first view of the flooded harbour district of Larne and its hospital.",
        "The council usually decides to close the harbour district of Larne when the river has reached the quay.",
        "Like the mill fire, the flooded harbour district of Larne threatens to ruin its hospital and town council.",
        "It is hoped the flooded harbour district of Larne could give courage to its hospital and to the town.",
        "The river flooded the harbour district of Larne and cut off its hospital from the...",
        "The dam of Larne, which the river flooded, could burst as its hospital and harbour district wait.",
        "Show map of the flooded harbour district of Larne, where the river cut off the hospital from the town.",
        "The river flooded the harbour district of Larne and cut off its hospital from the town.",
        "Engineers should have pumped water out of the flooded harbour district of Larne and its hospital.",
        "A boat in the flooded harbour district of Larne, which has been cut off from its hospital and town.",
        "The flooded harbour district of Larne remains cut off from the hospital, the market, and the town.",
    ],
)
def test_an_opening_that_tells_no_happening_is_no_report(text: str):
    assert "New report" not in rendered([POLICE_12], [article(text, day=TUESDAY, name="colour")])


@pytest.mark.parametrize(
    "text",
    [
        FLOOD,
        "The harbour district of Larne has been flooded by the river, and its hospital is without electricity.",
        "Engineers are being sent to the flooded harbour district of Larne, where the river cut off its hospital.",
        "The river flooded the harbour district of Larne and cut off its hospital, court papers show.",
        "The river could flood the harbour district of Larne and cut off its hospital, the coast guard said.",
    ],
)
def test_an_opening_with_an_act_or_a_speaker_is_a_report(text: str):
    assert "New report" in rendered([POLICE_12], [article(text, day=TUESDAY, name="flood")])


def test_what_stands_further_down_an_article_is_no_report():
    above = "The mayor of the county arrived. The council met her there in the rain."

    assert FLOOD not in rendered([POLICE_12], [article(f"{above} {FLOOD}", day=TUESDAY, name="flood")])


def test_a_report_is_shown_without_the_dateline_or_heading_that_ran_into_it():
    stamped = article(f"LARNE (Reuters) - {FLOOD}", day=TUESDAY, name="stamped")

    assert f"• […] {FLOOD}" in rendered([POLICE_12], [stamped])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LARNE (Reuters) - ", "The mayor said the dam failed."),
        ("LARNE | Tue Jul 18, 2023 4:26 pm EDT ", "Mayor Ann Roe said the dam failed."),
        ("Hospital is cut off by flood ", "The mayor said the dam failed."),
        ("18 July 2023 Last updated at 09:58 GMT ", "Mayor Ann Roe said the dam failed."),
        ("LARNE, Vesland -- ", "Mayor Ann Roe said the dam failed."),
        ("AP LARNE -- ", "Mayor Ann Roe said the dam failed."),
        ("Tuesday, July 18, 2023; 6:43 PM ", "Mayor Ann Roe said the dam failed."),
        ("Page last updated at 08:14 GMT, Tuesday, 18 July 2023 ", "Mayor Ann Roe said the dam failed."),
        (
            "Boats wait in the old harbour of Larne. (By Ann Roe -- The Post) ",
            "Larne has lost its dam, the county says.",
        ),
        ("By Ann Roe and Ben Moe ", "Larne has lost its dam, the county says."),
        ("By Ann Roe Environment correspondent, LBC News ", "Larne has lost its dam, the county says."),
        ("Rescuers reach the old mill ", "Engineers from the county have mended the dam of Larne."),
        ("Ann Roe was mayor for a year ", "Ann Roe's successor has left the town hall."),
        ("The cost of the dam mounts for Larne ", "Larne says the dam costs a million."),
        ("Mayor Roe visited flooded streets ", "Larne has lost its dam, the county says."),
        (
            "The flood was the worst in Vesland history ",
            "Larne has shut its dam after a report that it may fail again soon.",
        ),
        (
            "The mayor was seen at a church in June ",
            "Larne has shut its dam after a report that it may fail again soon.",
        ),
        ("", "The ferry Port of Larne sank at 4:26 pm, and The Post said so."),
        ("", "The mayor said her brother Ben Roe was on the ferry Port of Larne when it sank."),
        ("", "Crews looking for people in the vast Larne estuary have found a boat, and the search goes on."),
        ("", "In recent weeks Larne has seen its dam fail, and the engineers from the county have left."),
        ("", "A study suggests Larne has lost its dam and a mile of the quay beside the old harbour since then."),
        ("", "The council asked to make sure Larne has enough boats to cover the harbour and the quay beside it."),
        ("", "The storm sank the tanker Larne Star and drove the freighter Ann Roe has chartered onto the quay."),
    ],
)
def test_a_sentence_begins_after_what_ran_into_it(before: str, after: str):
    assert (before + after)[beginning(before + after, "The engineers came.") :] == after


@pytest.mark.parametrize(
    "text",
    [
        "Officials of Larne had hoped that food would reach the flooded harbour hospital on Tuesday.",
        "The flooded harbour of Larne and its hospital dominated Tuesday's front pages in the county.",
        "The nurses of Larne hospital walk along the flooded harbour road on July 17.",
        "L) flooded the harbour hospital of Larne, the county's fire brigade said in a report on Tuesday.",
        "It flooded the harbour hospital of Larne and the county's old mill on Tuesday.",
    ],
)
def test_hopes_reviews_captions_and_broken_sentences_are_no_events(text: str):
    assert "New event" not in rendered([POLICE_12], [article(text, day=TUESDAY, name="other")])


@pytest.mark.parametrize("note", ["July 24: A boat in the bay.", "Posted July 24, 2023.", "It was rebuilt in 2025."])
def test_an_article_that_writes_of_later_days_than_its_own_brings_no_alert(note: str):
    later = article(f"{FLOOD}\n\n{note}", day=TUESDAY, name="later")

    assert told([POLICE_12], [later])[1] == ()


@pytest.mark.parametrize("note", ["July 18: A boat in the harbour.", "It will be rebuilt by 2025, the mayor said."])
def test_an_article_that_looks_ahead_still_brings_one(note: str):
    ahead = article(f"{FLOOD}\n\n{note}", day=TUESDAY, name="ahead")

    assert "New report" in rendered([POLICE_12], [ahead])


def test_one_sentence_is_told_once_whatever_its_kind():
    twice = replace(STRIKE, id=POLICE_12.id)
    digest, first = told([POLICE_19], [STRIKE])
    known = [alert.keys[0] for alert in first]
    moved = article("Nurses walked out at every hospital of Larne on Monday.", day=TUESDAY, name="moved")

    assert len(first) == 1
    assert told([POLICE_19, STRIKE], [twice], known)[1] == ()
    assert told([POLICE_19, STRIKE], [moved], known)[1] == ()
    assert digest.sources


@pytest.mark.parametrize(
    "text",
    [
        "A force of 900 soldiers has been stationed in Larne since 2004.",
        "The army has about 900 soldiers stationed in Larne.",
        "The army said 900 soldiers could be stationed in Larne.",
    ],
)
def test_a_standing_strength_or_a_possible_number_is_no_new_figure(text: str):
    before = article("The army said 400 soldiers were stationed in Larne.", day=MONDAY, name="before")

    assert AlertKind.FIGURE_NEW not in kinds(told([before], [article(text, day=TUESDAY, name="new")])[1])


def test_a_fresh_strength_is_a_new_figure():
    before = article("The army said 400 soldiers were stationed in Larne.", day=MONDAY, name="before")
    fresh = article("Police said 900 soldiers were stationed in Larne.", day=TUESDAY, name="fresh")

    assert AlertKind.FIGURE_NEW in kinds(told([before], [fresh])[1])
