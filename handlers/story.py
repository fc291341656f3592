"""/summary, /timeline, /conflicts, /sources, and one command for each tracker; words and days narrow the answer."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from handlers.people import WRITTEN, App, day_of, place_of, words_of


def menu(answers: Answers) -> Mapping[str, str]:
    """Every command about the story."""
    return answers.commands()


def register(application: App, desk: FrontDesk) -> None:
    """Answers each with its first page, narrowed to the words and days written after it."""
    for command in desk.answers.commands():
        application.add_handler(_answering(command, desk))


def _answering(command: str, desk: FrontDesk) -> CommandHandler[ContextTypes.DEFAULT_TYPE, None]:
    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is not None:
            words = " ".join(words_of(update))
            story = await desk.story_of(place.chat)
            await desk.replies.say(place, await desk.answers.tell(command, words, day_of(update), story))

    return CommandHandler(command, answer, WRITTEN)
