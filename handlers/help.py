"""/help: every command."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.notices import help_text
from bot.render.words import phrase
from handlers.people import WRITTEN, App, place_of


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"help": phrase("Every command")}


def register(application: App, desk: FrontDesk) -> None:
    """Lists the menu."""

    async def help_(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is not None:
            await desk.replies.say(place, [help_text(desk.menu)])

    application.add_handler(CommandHandler("help", help_, WRITTEN))
