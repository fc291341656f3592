"""/summary, /timeline, /sources, and one command for each tracker."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.message import Question
from handlers.people import WRITTEN, App, place_of


def menu(answers: Answers) -> Mapping[str, str]:
    """Every command about the story."""
    return answers.commands()


def register(application: App, desk: FrontDesk) -> None:
    """Answers each with its first page."""
    for command in desk.answers.commands():
        application.add_handler(_answering(command, desk))


def _answering(command: str, desk: FrontDesk) -> CommandHandler[ContextTypes.DEFAULT_TYPE, None]:
    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is not None:
            await desk.replies.say(place, await desk.answers.ask(Question(command=command)))

    return CommandHandler(command, answer, WRITTEN)
