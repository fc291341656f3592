"""/search WORDS: what the articles say to them."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.asking import SEARCH
from bot.desk.front import FrontDesk
from bot.render.words import phrase
from handlers.people import WRITTEN, App, day_of, place_of, words_of


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {SEARCH: phrase("What the articles say about your words")}


def register(application: App, desk: FrontDesk) -> None:
    """Searches."""

    async def search(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is not None:
            words = " ".join(words_of(update))
            story = await desk.story_of(place.chat)
            await desk.replies.say(place, await desk.answers.tell(SEARCH, words, day_of(update), story))

    application.add_handler(CommandHandler(SEARCH, search, WRITTEN))
