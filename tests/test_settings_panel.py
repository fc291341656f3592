"""The settings of a chat: words and buttons choose the same things, and a panel shows what is chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.chats import EVERY_DAY, WEEKDAYS, Alerts, Chat, Choices, Length, NotUnderstood, Quiet, Schedule, Section
from bot.desk.choosing import Context, choose
from bot.desk.links import ShowSettings, SubscribeAt, read_link
from bot.desk.times import zones_to_offer
from bot.outbox import ChatId
from bot.render.message import CALLBACK_LIMIT, Message
from bot.render.settings import Panel, Press, View, settings_panel

NOW = datetime(2024, 11, 12, 9, 0, tzinfo=UTC)
TRACKERS = {"troops": "Troops", "casualties": "Casualties"}
CONTEXT = Context(now=NOW, trackers=tuple(TRACKERS))
EMPTY = Chat(id=ChatId(1))
CHAT = replace(EMPTY, zone="Europe/Kyiv", schedules=(Schedule(at=time(8), since=NOW),))


def view(chat: Chat) -> View:
    name = None if chat.id > 0 else "@channel"
    return View(chat=chat, trackers=TRACKERS, zones=zones_to_offer(), now=NOW, name=name, title="Channel")


def shown(chat: Chat, press: Press) -> Message:
    return settings_panel(view(chat), press)


def presses(message: Message) -> list[tuple[str, Press]]:
    return [(button.label, Press.read(button.data)) for row in message.buttons for button in row]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("time 20:00", replace(CHAT, schedules=(*CHAT.schedules, Schedule(at=time(20), since=NOW)))),
        ("time 08:00 weekdays", replace(CHAT, schedules=(Schedule(at=time(8), days=WEEKDAYS, since=NOW),))),
        ("time 08:00 off", replace(CHAT, schedules=())),
        ("zone Seoul", replace(CHAT, zone="Asia/Seoul")),
        ("quiet 22:00-07:00", replace(CHAT, choices=Choices(quiet=Quiet(begins=time(22), ends=time(7))))),
        ("quiet 10 pm – 7 am", replace(CHAT, choices=Choices(quiet=Quiet(begins=time(22), ends=time(7))))),
        ("sections timeline summary", replace(CHAT, choices=Choices(sections=(Section.SUMMARY, Section.TIMELINE)))),
        ("trackers troops", replace(CHAT, choices=Choices(trackers=("troops",)))),
        ("alerts on", replace(CHAT, choices=Choices(alerts=Alerts(on=True)))),
        ("alerts cap 9", replace(CHAT, choices=Choices(alerts=Alerts(cap=9)))),
        ("sound off", replace(CHAT, choices=Choices(silent=True))),
        ("length SHORT", replace(CHAT, choices=Choices(length=Length.SHORT))),
    ],
)
def test_words_choose(words: str, expected: Chat) -> None:
    assert choose(CHAT, words.split(), CONTEXT) == expected


@pytest.mark.parametrize(
    "words",
    [
        "",
        "colour red",
        "time",
        "time noon",
        "zone Atlantis",
        "quiet 22:00",
        "quiet 22:00-22:00",
        "quiet urgent on",
        "sections",
        "sections sport",
        "trackers ships",
        "alerts cap 0",
        "alerts cap 51",
        "sound loud",
        "length medium",
    ],
)
def test_other_words_are_answered_with_an_example_that_works(words: str) -> None:
    found = choose(CHAT, words.split(), CONTEXT)

    assert isinstance(found, NotUnderstood)
    assert isinstance(choose(CHAT, found.example.split(), CONTEXT), Chat)


def test_a_first_time_without_a_zone_asks_for_one() -> None:
    found = choose(EMPTY, ["time", "08:00"], CONTEXT)

    assert found == NotUnderstood(expected="a time of day and a zone", got="08:00", example="time 08:00 Europe/Kyiv")


def test_a_seventh_time_is_refused() -> None:
    full = replace(CHAT, schedules=tuple(Schedule(at=time(hour), since=NOW) for hour in range(6)))

    assert isinstance(choose(full, ["time", "20:00"], CONTEXT), NotUnderstood)


@pytest.mark.parametrize("chat_id", [1, -1_009_999_999_999])
def test_every_button_of_every_panel_leads_somewhere_and_does_what_it_says(chat_id: int) -> None:
    seen: set[str] = set()
    chat, empty = replace(CHAT, id=ChatId(chat_id)), replace(EMPTY, id=ChatId(chat_id))
    waiting = [(chat, Press(panel=Panel.MAIN)), (empty, Press(panel=Panel.TIMES))]
    while waiting:
        chat, press = waiting.pop()
        message = shown(chat, press)
        assert message.html
        for label, following in presses(message):
            data = following.data()
            assert len(data.encode()) <= CALLBACK_LIMIT, data
            assert following.about == (None if chat_id > 0 else chat_id)
            if data in seen:
                continue
            seen.add(data)
            after = choose(chat, following.words.split(), CONTEXT) if following.words else chat
            assert isinstance(after, Chat), (label, data)
            waiting.append((after, following))
    assert len(seen) > 400


@pytest.mark.parametrize("data", ["", "c:", "c:m", "c:nowhere |", "cx:m |", "q:summary:a:0"])
def test_other_callback_data_is_no_press(data: str) -> None:
    with pytest.raises(ValueError, match=r"expected c:panel|is not a valid Panel|invalid literal"):
        Press.read(data)


@pytest.mark.parametrize(
    ("payload", "asks"),
    [
        ("sub-0800", SubscribeAt(at=time(8))),
        ("sub-2359", SubscribeAt(at=time(23, 59))),
        ("sub-2400", None),
        ("sub-800", None),
        ("settings", ShowSettings()),
        ("settings-1003000000001", ShowSettings(chat=ChatId(-1003000000001))),
        ("settings-x", None),
        ("", None),
    ],
)
def test_links_ask_for_what_they_say(payload: str, asks: SubscribeAt | ShowSettings | None) -> None:
    assert read_link(payload) == asks


def test_the_last_section_the_last_day_and_the_last_tracker_cannot_be_taken() -> None:
    one = replace(
        CHAT,
        schedules=(Schedule(at=time(8), days=EVERY_DAY[:1], since=NOW),),
        choices=Choices(sections=(Section.FIGURES,), trackers=("troops",)),
    )
    buttons = [*presses(shown(one, Press(panel=Panel.CONTENT)))]
    buttons += presses(shown(one, Press(panel=Panel.TIME, argument="08:00")))

    for label, press in buttons:
        if label.startswith("✓"):
            assert choose(one, press.words.split(), CONTEXT) == one, label


def test_the_first_panel_shows_everything_that_is_chosen() -> None:
    chosen = replace(
        CHAT,
        next_due=datetime(2024, 11, 13, 6, 0, tzinfo=UTC),
        choices=Choices(
            quiet=Quiet(begins=time(22), ends=time(7), urgent_passes=True),
            alerts=Alerts(on=True, cap=3),
            silent=True,
            length=Length.SHORT,
            trackers=("casualties",),
        ),
    )

    assert shown(chosen, Press(panel=Panel.MAIN)).html.splitlines() == [
        "<b>Settings of this chat</b>",
        "🕗 Briefings: <b>08:00 every day</b>",
        "🌍 Time zone: <b>Europe/Kyiv, where it is 11:00</b>",
        "🌙 Quiet hours: <b>22:00–07:00, urgent alerts pass</b>",
        "📄 A briefing holds: <b>summary, figures (casualties), timeline; short</b>",
        "🔔 Alerts: <b>on, at most 3 a day</b>",
        "🔊 Sound: <b>off: messages come silently</b>",
        "Next briefing: <b>Wednesday, 13 November at 08:00</b>",
    ]
