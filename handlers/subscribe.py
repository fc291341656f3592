"""/subscribe HH:MM Zone: the daily briefing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot.chats import Chat, NotUnderstood
from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.replies import Place
from bot.desk.times import NoTime, NoZone
from bot.render.message import Message
from bot.render.notices import (
    how_to_subscribe,
    not_understood,
    only_administrators,
    subscribed,
    wrong_time,
    wrong_zone,
)
from handlers.people import WRITTEN, App, may_change_chat, place_of, words_of


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"subscribe": "A daily briefing, for example 08:00 Europe/Kyiv"}


def register(application: App, desk: FrontDesk) -> None:
    """Subscribes the chat it is written in."""

    async def subscribe(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is None:
            return
        words = words_of(update)
        if words and not await may_change_chat(update):
            await desk.replies.say(place, [only_administrators()])
        else:
            await desk.replies.say(place, [await answer_subscribe(desk, place, words)])

    application.add_handler(CommandHandler("subscribe", subscribe, WRITTEN))


async def answer_subscribe(desk: FrontDesk, place: Place, words: list[str]) -> Message:
    """Does what the words after /subscribe say, and the message that tells of it."""
    if not words:
        return how_to_subscribe(await desk.subscriptions.chat(place.chat))
    match await desk.subscriptions.subscribe(place, words):
        case Chat() as chat:
            return subscribed(chat)
        case NoTime(got=got):
            return wrong_time(got)
        case NoZone(at=at, got=got, close=close):
            return wrong_zone(got, at, close)
        case NotUnderstood() as wrong:
            return not_understood(wrong, "settings")
        case never:
            assert_never(never)
