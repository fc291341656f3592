"""What people get for what they send: the whole bot over HTTP against the sandbox."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta

import pytest
from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot import logs
from bot.render.notices import ABOUT_YOU, ONLY_ADMINISTRATORS
from bot.sandbox.faults import Fault
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Button, Role
from bot.telegram.application import App
from tests.conftest import Stage, story_commands
from tests.people import pressed

STORY = story_commands()


async def silence(state: SandboxState) -> list[str]:
    """Everything the bot has said anywhere, once it had the time to say more: it has then answered a later question."""
    before = {chat.id: len(state.messages(chat)) for chat in state.chats.values()}
    await state.ask(state.private, "/help")
    return [
        message.text
        for chat in state.chats.values()
        if chat is not state.private
        for message in state.messages(chat)[before[chat.id] :]
        if message.by_bot
    ]


async def test_the_menu_and_help_list_every_command(bot: Stage) -> None:
    (help_text,) = await bot.state.ask(bot.state.private, "/help")

    listed = [line.split()[0].removeprefix("/") for line in help_text.text.splitlines() if line.startswith("/")]
    of_one_story = [command for command in ABOUT_YOU if command != "story"]  # there is nothing to choose
    assert listed == [*STORY, "search", "export", *of_one_story]
    menus = json.loads(json.dumps(bot.state.shown_menus()))
    mine = menus[str(bot.state.private.id)][str(bot.state.private.id)]
    assert [line["command"] for line in mine] == [
        *STORY,
        "search",
        "export",
        "today",
        "subscribe",
        "alerts",
        "watch",
        "news",
        "settings",
        "help",
    ]


@pytest.mark.parametrize("command", STORY)
async def test_every_story_command_is_answered_with_citations(bot: Stage, command: str) -> None:
    first, *_ = await bot.state.ask(bot.state.private, f"/{command}")

    assert "1" in first.text
    assert not first.shows_preview


async def test_a_command_with_the_bots_name_works_in_a_group(bot: Stage) -> None:
    first, *_ = await bot.state.ask(bot.state.group, "/summary@sandbox_bot")

    assert first.chat_id == bot.state.group.id


async def test_a_command_for_another_bot_is_left_to_it(bot: Stage) -> None:
    bot.state.say(bot.state.group, "/summary@some_other_bot")

    assert await silence(bot.state) == []


async def test_an_unknown_command_is_answered_with_the_close_one(bot: Stage) -> None:
    (reply,) = await bot.state.ask(bot.state.private, "/sumary")

    assert reply.text == "There is no command /sumary.\nDid you mean /summary?"


async def test_an_unknown_command_in_a_group_is_answered_only_when_addressed(bot: Stage) -> None:
    bot.state.say(bot.state.group, "/xylophone")
    assert await silence(bot.state) == []

    (reply,) = await bot.state.ask(bot.state.group, "/xylophone@sandbox_bot")
    assert reply.text.startswith("There is no command /xylophone.\nI know /summary, /troops")


async def test_plain_words_in_private_that_no_article_holds_are_told_what_there_is(bot: Stage) -> None:
    (reply,) = await bot.state.ask(bot.state.private, "umbrella weather")

    assert "No article holds enough of these words." in reply.text
    assert "/summary: 8 cited lines" in reply.text


async def test_a_first_step_answers_below_and_leaves_the_greeting(bot: Stage) -> None:
    (greeting,) = await bot.state.ask(bot.state.private, "/start")
    greeting = await pressed(bot.state, greeting, "Skip the tour")

    bot.state.press(greeting, "Timeline")
    later, *_ = await bot.state.wait_for_messages(bot.state.private, after=greeting)

    asked, *_ = await bot.state.ask(bot.state.private, "/timeline")
    assert later.text == asked.text
    assert bot.state.message(bot.state.private, greeting.id) == greeting


async def test_the_subscribe_button_shows_how(bot: Stage) -> None:
    (greeting,) = await bot.state.ask(bot.state.private, "/start")
    greeting = await pressed(bot.state, greeting, "Skip the tour")

    bot.state.press(greeting, "daily briefing")
    (how,) = await bot.state.wait_for_messages(bot.state.private, after=greeting)

    assert "/subscribe 08:00 Europe/Kyiv" in how.text


async def test_two_people_are_answered_each_in_their_own_chat(bot: Stage) -> None:
    other = bot.state.add_person("Olena")

    (mine, *_), (theirs, *_) = await asyncio.gather(
        bot.state.ask(bot.state.private, "/summary"), bot.state.ask(other, "/summary")
    )

    assert (mine.chat_id, theirs.chat_id) == (bot.state.private.id, other.id)
    assert mine.text == theirs.text


async def test_a_group_that_adds_the_bot_is_greeted(bot: Stage) -> None:
    bot.state.set_bot_role(bot.state.group, Role.LEFT)
    bot.state.set_bot_role(bot.state.group, Role.MEMBER)

    (greeting,) = await bot.state.wait_for_messages(bot.state.group)

    assert "Ask /summary, /troops, /timeline, or /help." in greeting.text


async def test_a_crash_is_apologised_for_and_logged_without_the_token(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    async def crash(_: Update, __: ContextTypes.DEFAULT_TYPE) -> None:
        raise RuntimeError(f"could not reach https://example.org/bot{stage.state.token}/getMe")

    def add(application: App) -> None:
        application.add_handler(CommandHandler("crash", crash))

    logs.configure(secrets=(stage.state.token,))
    try:
        async with stage.bot(add):
            (reply,) = await stage.state.ask(stage.state.private, "/crash")
    finally:
        logging.getLogger().handlers.clear()

    assert reply.text == "Sorry, something went wrong on my side. It has been noted; please try again in a moment."
    printed = capsys.readouterr().err
    assert "RuntimeError: could not reach https://example.org/bot[token]/getMe" in printed
    assert stage.state.token not in printed


async def test_another_page_or_view_replaces_the_message_and_the_way_back_restores_it(bot: Stage) -> None:
    first, *others = await bot.state.ask(bot.state.private, "/timeline")
    assert others == []
    assert "More" in repr(first.buttons) or len(first.buttons) > 1

    (forward,) = [button for row in first.buttons for button in row if button.data == "q:timeline:a:1"]
    bot.state.press(first, forward)
    await bot.state.wait_until(lambda: bot.state.message(bot.state.private, first.id) != first)
    second = bot.state.message(bot.state.private, first.id)
    assert second is not None
    assert second.text != first.text

    (back,) = [button for row in second.buttons for button in row if button.data == "q:timeline:a:0"]
    bot.state.press(second, back)
    await bot.state.wait_until(lambda: bot.state.message(bot.state.private, first.id) not in (first, second))
    third = bot.state.message(bot.state.private, first.id)
    assert third is not None
    assert (third.text, third.buttons) == (first.text, first.buttons)
    assert bot.state.messages(bot.state.private)[-1] == third


async def test_a_press_that_changes_nothing_is_answered_quietly(bot: Stage) -> None:
    first, *_ = await bot.state.ask(bot.state.private, "/timeline")

    query = bot.state.press(first, Button(text="same", data="q:timeline:a:0"))
    await bot.state.wait_until(lambda: query.answer is not None)

    assert query.answer is not None
    assert query.answer.text == ""
    assert bot.state.messages(bot.state.private)[-1] == first


@pytest.mark.parametrize("data", ["q:gone:a:0", "q:summary:x:0", "other", "new:gone", "new:"])
async def test_a_button_of_another_version_says_so(bot: Stage, data: str) -> None:
    first, *_ = await bot.state.ask(bot.state.private, "/help")

    query = bot.state.press(first, Button(text="old", data=data))
    await bot.state.wait_until(lambda: query.answer is not None)

    assert query.answer is not None
    assert query.answer.text == "This button is from an older version. Please ask again."


async def test_a_message_that_cannot_be_edited_any_more_is_answered_below(bot: Stage) -> None:
    first, *_ = await bot.state.ask(bot.state.private, "/timeline")
    bot.state.faults.add(
        Fault(method="editMessageText", status=400, description="Bad Request: message can't be edited")
    )

    bot.state.press(first, Button(text="on", data="q:timeline:a:1"))
    (below,) = await bot.state.wait_for_messages(bot.state.private, after=first)

    assert below.text != first.text
    assert bot.state.message(bot.state.private, first.id) == first


async def test_a_reply_held_back_by_a_flood_limit_arrives_all_the_same(bot: Stage) -> None:
    bot.state.faults.add(Fault(method="sendMessage", status=429, retry_after=1))

    (reply,) = await bot.state.ask(bot.state.private, "/help")

    assert reply.text.startswith("What you can ask")


async def test_a_reply_that_is_refused_is_logged_and_the_next_question_answered(
    bot: Stage,
) -> None:
    bot.state.faults.add(Fault(method="sendMessage", status=400, description="Bad Request: nonsense"))
    bot.state.say(bot.state.private, "/summary")

    (reply,) = await bot.state.ask(bot.state.private, "/help")

    assert reply.text.startswith("What you can ask")


async def test_a_member_whose_role_cannot_be_asked_is_no_administrator(bot: Stage) -> None:
    bot.state.faults.add(Fault(method="getChatMember", status=400, description="Bad Request: user not found"))

    (reply,) = await bot.state.ask(bot.state.group, "/unsubscribe@sandbox_bot")

    assert reply.text == ONLY_ADMINISTRATORS


@pytest.mark.parametrize("said", ["/" + "x" * 4000, "/subscribe " + "9" * 4000, "/subscribe 08:00 " + "<b>&" * 1000])
async def test_very_long_words_are_answered_shortly(bot: Stage, said: str) -> None:
    (reply,) = await bot.state.ask(bot.state.private, said)

    assert "…" in reply.text
    assert len(reply.text) < 400


async def test_one_chat_is_answered_in_order_and_holds_up_no_other(bot: Stage) -> None:
    private, group = bot.state.private, bot.state.group
    bot.state.faults.add(Fault(method="sendMessage", chat_id=private.id, delay=timedelta(seconds=1)))

    said = bot.state.say(private, "/start")
    bot.state.say(private, "/help")
    await bot.state.ask(group, "/help@sandbox_bot")
    answered_meanwhile = [message for message in bot.state.messages(private) if message.by_bot]
    first, second = await bot.state.wait_for_messages(private, 2, after=said)

    assert answered_meanwhile == []
    assert "For example:" in first.text
    assert second.text.startswith("What you can ask")


async def test_a_press_that_crashes_is_apologised_for_and_does_not_keep_waiting(
    bot: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = await bot.state.ask(bot.state.private, "/help")

    def crash(*_: object) -> None:
        raise ValueError("a fault of the layout")

    monkeypatch.setattr("bot.desk.answers.answer", crash)
    query = bot.state.press(first, Button(text="on", data="q:timeline:a:1"))
    (reply,) = await bot.state.wait_for_messages(bot.state.private, after=first)
    await bot.state.wait_until(lambda: query.answer is not None)

    assert reply.text.startswith("Sorry, something went wrong on my side.")
