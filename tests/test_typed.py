"""Words of choice that people type in their own language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.chats import EVERY_DAY, WEEKDAYS, Alerts, Chat, NotUnderstood, Weekday
from bot.desk.choosing import CHOICES, Context, choose
from bot.desk.times import read_days
from bot.desk.typed import TYPED, as_carried, while_as_carried
from bot.outbox import ChatId
from bot.render.settings import day_name
from bot.render.words import SOURCE, languages, say, speaking
from tests.conftest import Stage

FOREIGN = [code for code in languages() if code != SOURCE]


@pytest.mark.parametrize(
    ("code", "typed", "carried"),
    [
        ("uk", "08:00 пн-пт Київ", "08:00 monday-friday Київ"),
        ("uk", "о 08:00 в п'ятницю та середу", "at 08:00 at friday at wednesday"),
        ("uk", "08:00 вівторка, неділю", "08:00 tuesday sunday"),
        ("uk", "08:00 Середина", "08:00 Середина"),
        ("uk", "08:00 кожен день", "08:00 daily"),
        ("uk", "sections числа ні", "sections figures off"),
        ("ru", "time 08:00 ПН,СР,Вс", "time 08:00 monday,wednesday,sunday"),
        ("ru", "08:00 по будням", "08:00 weekdays"),
        ("ru", "08:00 в воскресенье", "08:00 at sunday"),
        ("ru", "alerts Выкл", "alerts off"),
        ("ko", "08:00 월요일~금요일", "08:00 monday-friday"),
        ("ko", "08:00 월,수 Seoul", "08:00 monday,wednesday Seoul"),
        ("ko", "quiet urgent 켜기", "quiet urgent on"),
        ("ko", "length 짧게", "length short"),
        ("en", "08:00 пн", "08:00 пн"),
    ],
)
def test_words_of_the_readers_language_are_put_into_english(code: str, typed: str, carried: str) -> None:
    with speaking(code):
        assert " ".join(as_carried(typed.split())) == carried


@pytest.mark.parametrize("code", languages())
def test_each_day_is_read_as_the_bot_itself_writes_it(code: str) -> None:
    with speaking(code):
        shown = [as_carried([day_name(day)])[0] for day in Weekday]
        whole = [as_carried([say("{day:EEEE}", day=datetime(2024, 1, 1 + day, tzinfo=UTC))])[0] for day in Weekday]

    expected = [(day,) for day in Weekday]
    assert [read_days(one) for one in shown] == expected
    assert [read_days(one) for one in whole] == expected


@pytest.mark.parametrize("code", FOREIGN)
def test_every_word_of_the_catalogue_means_one_thing(code: str) -> None:
    with speaking(code):
        for english, words in TYPED.items():
            for one in say(words).split(","):
                assert as_carried(one.split()) == [english], one


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize(
    "typed", ["watch все усі 모두", "watch пн", "story 08:00", "zone Europe/Kyiv", "quiet 22:00-07:00"]
)
def test_what_is_no_word_of_choice_stays(code: str, typed: str) -> None:
    with speaking(code):
        assert as_carried(typed.split()) == typed.split()


@pytest.mark.parametrize("code", FOREIGN)
def test_english_is_understood_in_every_language(code: str) -> None:
    context = Context(now=datetime(2024, 11, 12, tzinfo=UTC), trackers=("troops",))
    for words in ("alerts off", "quiet off", "sound on", "time 08:00 weekdays Europe/Kyiv", "sections summary"):
        with speaking(code):
            carried = as_carried(words.split())

        assert carried == words.split()
        assert carried[0] in CHOICES
        assert not isinstance(choose(Chat(id=ChatId(1)), carried, context), NotUnderstood)


@pytest.mark.parametrize(
    ("code", "typed", "carried"),
    [
        ("uk", "3 дні", "3d"),
        ("uk", "5 днів", "5d"),
        ("ru", "2 недели", "2w"),
        ("ko", "3일", "3d"),
        ("ko", "12시간", "12h"),
        ("en", "3d", "3d"),
        ("ru", "скоро", "скоро"),
    ],
)
def test_a_while_is_read_as_the_language_writes_it(code: str, typed: str, carried: str) -> None:
    with speaking(code):
        assert while_as_carried(typed) == carried


async def test_a_ukrainian_subscribes_switches_alerts_and_pauses_in_ukrainian(stage: Stage) -> None:
    olena = stage.state.add_person("Olena", "uk")
    async with stage.bot() as bot:
        await stage.state.ask(olena, "/subscribe о 08:00 у будні Kyiv")
        await stage.state.ask(olena, "/subscribe 20:30 сб,нд")
        await stage.state.ask(olena, "/alerts увімк")
        await stage.state.ask(olena, "/settings sound вимкнути")
        (paused,) = await stage.state.ask(olena, "/pause 3 дні")
        chat = await bot.store.chat(ChatId(olena.id))
        assert chat is not None
        await stage.state.ask(olena, "/unsubscribe усі")
        after = await bot.store.chat(ChatId(olena.id))

    assert [schedule.days for schedule in chat.schedules] == [WEEKDAYS, EVERY_DAY[5:]]
    assert (chat.choices.alerts, chat.choices.silent) == (Alerts(on=True), True)
    assert "15 листопада" in paused.text
    assert after is not None
    assert after.schedules == ()
