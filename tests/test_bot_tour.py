"""The first minute with the bot: /start and the steps that follow it."""

from __future__ import annotations

import re
import shutil

import pytest
from babel.core import get_global

from bot.chats import Chat
from bot.desk.times import MOST_NEAR, zones_near, zones_to_offer
from bot.outbox import ChatId
from bot.render.answer import Example
from bot.render.message import CALLBACK_LIMIT
from bot.render.tour import ORDER, Step, TourPress, Visit, tour_step
from bot.render.words import languages
from bot.sandbox.world import Message
from tests.conftest import Stage
from tests.people import MARA, labels, pressed, said


async def started(bot: Stage) -> Message:
    (greeting,) = await bot.state.ask(bot.state.private, "/start")
    return greeting


async def test_start_says_all_that_a_newcomer_needs_without_a_press(bot: Stage) -> None:
    greeting = await started(bot)

    assert re.search(r"\[[1-5]\]", greeting.text)
    assert "tap the quotation" in greeting.text
    assert "Ask /summary, /troops, /timeline" in greeting.text
    assert "/subscribe 08:00 Europe/Kyiv" in greeting.text
    assert labels(greeting) == [["📖 Read in context"], ["What to ask ›"], ["Skip the tour"]]


async def test_the_line_of_the_greeting_is_shown_in_its_paragraph_and_the_way_leads_back(bot: Stage) -> None:
    greeting = await started(bot)
    quoted = greeting.text.partition("For example:")[2].strip().splitlines()[1].strip("“”")

    context = await pressed(bot.state, greeting, "Read in context")
    back = await pressed(bot.state, context, "Back")

    assert quoted[:40] in context.text
    assert len(context.text) > len(quoted)
    assert back.text == greeting.text


async def test_the_steps_turn_in_one_message_to_the_end_and_back(bot: Stage) -> None:
    greeting = await started(bot)

    ask = await pressed(bot.state, greeting, "What to ask")
    briefing = await pressed(bot.state, greeting, "A daily briefing")
    group = await pressed(bot.state, greeting, "In a group")
    back = await pressed(bot.state, greeting, "Back")
    await pressed(bot.state, back, "In a group")
    over = await pressed(bot.state, greeting, "Done")

    shown = [one.text.splitlines()[-1] for one in (greeting, ask, briefing, group)]
    assert shown == [f"Step {place} of 4" for place in (1, 2, 3, 4)]
    assert back.text == briefing.text
    assert labels(over)[0] == ["Summary", "Troops", "Timeline"]
    assert [one.by_bot for one in bot.state.messages(bot.state.private)] == [False, True]


async def test_who_skips_the_tour_has_the_first_steps_as_buttons(bot: Stage) -> None:
    short = await pressed(bot.state, await started(bot), "Skip")

    assert labels(short) == [["Summary", "Troops", "Timeline"], ["🕗 Get a daily briefing"], ["👥 Add me to a group"]]


async def test_a_command_of_the_tour_is_answered_below_it(bot: Stage) -> None:
    asking = await pressed(bot.state, await started(bot), "What to ask")

    await pressed(bot.state, asking, "Troops")
    *_, answer = await bot.state.wait_for_messages(bot.state.private, after=asking)

    assert answer.text.startswith("People under arms")


@pytest.mark.parametrize(("language", "city", "zone"), [("uk", "Kyiv", "Europe/Kyiv"), ("ko", "Seoul", "Asia/Seoul")])
async def test_two_taps_subscribe(bot: Stage, language: str, city: str, zone: str) -> None:
    chat = bot.state.add_person("Olena", language)
    (greeting,) = await bot.state.ask(chat, "/start")
    asking = await pressed(bot.state, greeting, labels(greeting)[1][0])
    briefing = await pressed(bot.state, greeting, labels(asking)[1][-1])

    await pressed(bot.state, briefing, "+ 08:00")
    done = await pressed(bot.state, briefing, city)

    assert (done.id, "08:00" in done.text, zone in done.text) == (greeting.id, True, True)


@pytest.mark.parametrize(
    ("language", "offered"),
    [
        ("en", ["Los Angeles", "New York", "London", "Paris", "Johannesburg", "Kolkata", "Sydney"]),
        ("tlh", ["Los Angeles", "New York", "London", "Paris"]),
        ("en-GB", ["London"]),
        ("de", ["Berlin"]),
        ("uk", ["Kyiv"]),
        ("zh-hans", ["Shanghai", "Urumqi"]),
    ],
)
async def test_the_zones_offered_first_are_those_of_the_readers_country(
    bot: Stage, language: str, offered: list[str]
) -> None:
    chat = bot.state.add_person("Kim", language)
    (greeting,) = await bot.state.ask(chat, "/start")
    asking = await pressed(bot.state, greeting, labels(greeting)[1][0])
    await pressed(bot.state, greeting, labels(asking)[1][-1])
    zones = await pressed(bot.state, greeting, "+ 08:00")

    labelled = [label for row in labels(zones)[:-2] for label in row]
    assert labelled[: len(offered)] == offered


async def test_a_place_that_is_not_near_is_found_in_two_more(bot: Stage) -> None:
    greeting = await started(bot)
    for label in ("What to ask", "A daily briefing", "+ 08:00", "Another place", "Europe", "Kaliningrad", "Kyiv"):
        now = await pressed(bot.state, greeting, label)

    assert "Briefings: 08:00 every day" in now.text


async def test_who_is_subscribed_is_welcomed_back_without_the_tour(bot: Stage) -> None:
    await bot.state.ask(bot.state.private, "/subscribe 08:00 Kyiv")

    greeting = await started(bot)
    again = await pressed(bot.state, greeting, "first steps again")

    assert greeting.text.startswith("Welcome back.\nYou get a briefing every day at 08:00")
    assert labels(greeting)[0] == ["Summary", "Troops", "Timeline"]
    assert again.text.endswith("Step 1 of 4")


async def test_a_group_gets_the_short_form(bot: Stage) -> None:
    greeting = await said(bot.state, bot.state.group, "/start", MARA)

    assert labels(greeting) == [["Summary", "Troops", "Timeline"], ["🕗 Get a daily briefing"]]
    assert re.search(r"\[[1-5]\]", greeting.text)


async def test_without_a_story_start_says_what_to_do(stage: Stage) -> None:
    shutil.rmtree(stage.data)
    stage.data.mkdir()
    operator = stage.state.add_person("Ada", "en")
    async with stage.bot(operators=(operator.id,)):
        theirs = await started(stage)
        (operators,) = await stage.state.ask(operator, "/start")
        asking = await pressed(stage.state, theirs, "What to ask")

    assert "There are no articles yet. Choose a daily briefing now" in theirs.text
    assert "Send me a link with /add https://…" in operators.text
    assert labels(theirs) == [["What to ask ›"], ["Skip the tour"]]
    assert "/summary – " in asking.text


async def test_a_button_of_another_version_is_said_to_be_one(bot: Stage) -> None:
    greeting = await started(bot)
    for row in greeting.buttons:
        for button in row:
            assert len(button.data.encode()) <= CALLBACK_LIMIT

    with pytest.raises(ValueError, match="expected tour:step"):
        TourPress.read("tour:line")


@pytest.mark.parametrize("step", Step)
def test_every_step_fits_into_buttons_for_every_zone(step: Step) -> None:
    visit = Visit(
        chat=Chat(id=ChatId(1)), story={"summary": ""}, example=Example(), group_link="x", zones=zones_to_offer()
    )

    rows = tour_step(visit, step, "08:00").buttons

    assert [button.data for row in rows for button in row if len(button.data.encode()) > CALLBACK_LIMIT] == []
    assert step not in ORDER or rows


@pytest.mark.parametrize("code", languages())
def test_the_zones_that_are_offered_first_keep_different_times(code: str) -> None:
    near = zones_near(code)

    assert 1 <= len(near) <= MOST_NEAR
    assert set(near) <= set(zones_to_offer())
    assert get_global("likely_subtags")[code]
