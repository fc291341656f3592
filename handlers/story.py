"""/summary, /timeline, /conflicts, /sources, and one command for each tracker; words and days narrow the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.replies import Place
from bot.render.message import Question
from bot.stories import StoryName, mark_of
from handlers.people import WRITTEN, App, day_of, place_of, words_of

PICTURE = "picture"  #: after a command: its answer as a picture


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
        if place is None:
            return
        words, story = " ".join(words_of(update)), await desk.story_of(place.chat)
        if words.lower() == PICTURE and await _show(desk, place, command, story):
            return
        narrowed = "" if words.lower() == PICTURE else words
        await desk.replies.say(place, await desk.answers.tell(command, narrowed, day_of(update), story))

    return CommandHandler(command, answer, WRITTEN)


async def _show(desk: FrontDesk, place: Place, command: str, story: StoryName) -> bool:
    """Sends the picture, and the words below it that its caption has no room for; False when there is no picture."""
    chat = replace(await desk.subscriptions.chat(place.chat), story=story)
    found = await desk.pictures.show(command, chat)
    if found is None:
        return False
    words = () if found.is_whole else await desk.answers.ask(Question(command=command, story=mark_of(story)))
    await desk.replies.say(place, [found.message, *words])
    return True
