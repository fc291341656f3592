"""Presses of inline buttons: another page or view replaces the message, a first step answers in a new one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from telegram import CallbackQuery, InaccessibleMessage, Update
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, ContextTypes

from bot.desk.answers import Answers, NoSuchCommandError
from bot.desk.front import FrontDesk
from bot.desk.replies import Place
from bot.outbox import MessageId
from bot.render.message import Question
from bot.render.notices import NEW
from handlers.people import App, place_of
from handlers.subscribe import answer_subscribe

OUTDATED = "This button is from an older version. Please ask again."


def menu(_: Answers) -> Mapping[str, str]:
    """Buttons are not in the menu."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Answers every press."""

    async def press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query, place = update.callback_query, place_of(update)
        if query is None:
            return
        try:
            if place is not None:
                await _answer(desk, place, query)
        except (ValueError, NoSuchCommandError):
            await _stop_waiting(query, OUTDATED)
        else:
            await _stop_waiting(query)

    application.add_handler(CallbackQueryHandler(press))


async def _answer(desk: FrontDesk, place: Place, query: CallbackQuery) -> None:
    data = query.data or ""
    if data == NEW + "subscribe":
        await desk.replies.say(place, [await answer_subscribe(desk, place, [])])
    elif data.startswith(NEW):
        await desk.replies.say(place, await desk.answers.ask(Question(command=data.removeprefix(NEW))))
    elif query.message is None or isinstance(query.message, InaccessibleMessage):
        await desk.replies.say(place, await desk.answers.ask(Question.read(data)))
    else:
        first, *_ = await desk.answers.ask(Question.read(data))
        await desk.replies.replace(place, MessageId(query.message.message_id), first)


async def _stop_waiting(query: CallbackQuery, words: str | None = None) -> None:
    with suppress(BadRequest):  # the press is too old to be answered; nobody waits any more
        await query.answer(words)
