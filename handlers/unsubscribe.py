"""/unsubscribe: no more briefings, or none at one time of day."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.times import read_time
from bot.render.notices import only_administrators, unsubscribed, wrong_time
from handlers.people import WRITTEN, App, may_change_chat, place_of, words_of


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"unsubscribe": "No more daily briefings"}


def register(application: App, desk: FrontDesk) -> None:
    """Ends the subscription of the chat it is written in."""

    async def unsubscribe(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is None:
            return
        if not await may_change_chat(update):
            await desk.replies.say(place, [only_administrators()])
            return
        words = " ".join(words_of(update))
        at = read_time(words)
        if at is None and words.lower() not in ("", "all"):
            await desk.replies.say(place, [wrong_time(words)])
            return
        before = await desk.subscriptions.unsubscribe(place.chat, at)
        await desk.replies.say(place, [unsubscribed(before, at)])

    application.add_handler(CommandHandler("unsubscribe", unsubscribe, WRITTEN))
