"""What whoever waits sees: that the bot writes, after three seconds in words, which the answer replaces."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from telegram import Update
from telegram.ext import CommandHandler, ContextTypes, filters

from bot.desk.waiting import WORDLESS
from bot.sandbox.faults import Fault
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat, Message
from bot.telegram.application import App
from tests.conftest import Stage
from tests.people import MARA, answered, now, said
from tests.sources.conftest import server
from tests.sources.misbehaving import Server
from tests.test_bot_sources import LOOPBACK, PATIENCE, QUICK, at_work, silent, table

__all__ = ["server"]  # the fixture

pytestmark = pytest.mark.waiting

SLOW = timedelta(seconds=WORDLESS + 2)
AT_IT = "Still at it"


def slow_rights(state: SandboxState) -> None:
    """Telegram takes its time to tell who administers a group, which the bot asks before it answers."""
    state.faults.add(Fault(method="getChatMember", delay=SLOW))


def of_the_bot(state: SandboxState, chat: Chat) -> list[str]:
    return [message.text.partition("\n")[0] for message in state.messages(chat) if message.by_bot]


async def told(state: SandboxState, chat: Chat) -> Message:
    """The words for whoever waits, once they are there."""

    def found() -> list[Message]:
        return [one for one in state.messages(chat) if one.by_bot and one.text.startswith(AT_IT)]

    await state.wait_until(lambda: bool(found()), timedelta(seconds=PATIENCE))
    return found()[0]


async def test_an_answer_that_takes_long_takes_the_place_of_the_words_that_said_so(bot: Stage) -> None:
    state, group = bot.state, bot.state.group
    slow_rights(state)
    state.say(group, "/settings", sender=state.users[MARA])

    words = await told(state, group)
    await state.wait_until(lambda: not now(state, words).text.startswith(AT_IT), timedelta(seconds=PATIENCE))

    assert words.is_silent
    assert now(state, words).text.startswith("Settings of this chat")
    assert now(state, words).buttons
    assert of_the_bot(state, group) == ["Settings of this chat"]
    assert state.sent.answers["sendchataction 200"] >= 2


async def test_words_below_a_message_that_a_button_changes_go_when_it_has(bot: Stage) -> None:
    state, group = bot.state, bot.state.group
    panel = await said(state, group, "/settings", MARA)
    slow_rights(state)

    pressing = asyncio.create_task(answered(state, panel, "🔔 Alerts", state.users[MARA]))
    words = await told(state, group)
    await pressing
    await state.wait_until(lambda: state.message(group, words.id) is None, timedelta(seconds=PATIENCE))

    assert of_the_bot(state, group) == ["Alerts"]


async def test_a_slow_page_is_waited_for_in_words_that_its_answer_replaces(stage: Stage, server: Server) -> None:
    state = stage.state
    server.answers["/slow"] = silent
    patient = replace(QUICK, total=SLOW)
    async with at_work(stage, table(server, "/none"), web=patient):
        state.say(state.private, f"/add {server.url('/slow', LOOPBACK)}")
        words = await told(state, state.private)
        await state.wait_until(lambda: not now(state, words).text.startswith(AT_IT), timedelta(seconds=PATIENCE))
        await state.ask(state.private, "/help")

    assert of_the_bot(state, state.private) == ["I could not have it now.", "What you can ask"]


async def test_the_subscribers_of_a_channel_read_nothing_of_it(stage: Stage) -> None:
    state, channel = stage.state, stage.state.channel

    async def slow(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await asyncio.sleep(SLOW.total_seconds())
        assert update.effective_chat is not None
        await context.bot.send_message(update.effective_chat.id, "done")

    def add(application: App) -> None:
        application.add_handler(CommandHandler("slow", slow, filters.UpdateType.CHANNEL_POST))

    async with stage.bot(add):
        state.say(channel, "/slow")
        await state.wait_for_messages(channel, within=timedelta(seconds=PATIENCE))

    assert of_the_bot(state, channel) == ["done"]
    assert state.sent.answers["sendchataction 200"] >= 1
