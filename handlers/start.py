"""/start: what this is, with an example."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.notices import welcome
from handlers.people import WRITTEN, App, place_of


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"start": "What this bot does, with an example"}


def register(application: App, desk: FrontDesk) -> None:
    """Greets."""

    async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is not None:
            await desk.subscriptions.let_in(place.chat)
            await desk.replies.say(place, [welcome(await desk.answers.sample(), desk.answers.commands())])

    application.add_handler(CommandHandler("start", start, WRITTEN))
