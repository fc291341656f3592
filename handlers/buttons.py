"""Presses of inline buttons: another page or view replaces the message, a first step answers in a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from telegram import CallbackQuery, InaccessibleMessage, Update
from telegram.ext import CallbackQueryHandler, ContextTypes

from bot.desk.answers import Answers, NoSuchCommandError, NoSuchStoryError
from bot.desk.front import FrontDesk
from bot.desk.panels import Subject
from bot.desk.replies import Place
from bot.outbox import MessageId
from bot.render.message import NEW, Question, View
from bot.render.notices import NO_PICTURE
from bot.render.stories import STORY_OVER
from bot.render.words import say
from bot.stories import StoryName, mark_of
from handlers.people import App, place_of
from handlers.presses import OUTDATED, stop_waiting
from handlers.subscribe import answer_subscribe


def menu(_: Answers) -> Mapping[str, str]:
    """Buttons are not in the menu."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Answers every press."""

    async def press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query, place = update.callback_query, place_of(update)
        if query is None or place is None:
            return
        words = None
        try:
            words = await _answer(desk, place, query)
        finally:
            await stop_waiting(query, words)

    application.add_handler(CallbackQueryHandler(press))


async def _answer(desk: FrontDesk, place: Place, query: CallbackQuery) -> str | None:
    """Does what the button asks, and what to tell the person who pressed it."""
    data = query.data or ""
    if data == NEW + "subscribe":
        await desk.replies.say(place, [await answer_subscribe(desk, Subject(place=place), [])])
        return None
    is_new = data.startswith(NEW) or query.message is None or isinstance(query.message, InaccessibleMessage)
    try:
        question = _question(data)
        if not question.story:
            question = replace(question, story=mark_of(await desk.story_of(place.chat)))
        if question.view is View.PICTURE:
            return await _show(desk, place, question.command, desk.answers.story_of(question))
        messages = await desk.answers.ask(question)
    except (NotAQuestionError, NoSuchCommandError):
        return OUTDATED
    except NoSuchStoryError:
        return say(STORY_OVER)
    if is_new or query.message is None:
        await desk.replies.say(place, messages)
    else:
        await desk.replies.replace(place, MessageId(query.message.message_id), messages[0])
    return None


async def _show(desk: FrontDesk, place: Place, command: str, story: StoryName) -> str | None:
    """Sends the picture below the answer, whose words are there already."""
    chat = replace(await desk.subscriptions.chat(place.chat), story=story)
    found = await desk.pictures.show(command, chat)
    if found is None:
        return NO_PICTURE
    await desk.replies.say(place, [found.message])
    return None


class NotAQuestionError(ValueError):
    """Callback data that this version does not write."""


def _question(data: str) -> Question:
    bare = data.removeprefix(NEW)
    if bare != data and ":" not in bare:
        return Question(command=bare)
    try:
        return Question.read(bare)
    except ValueError as error:
        raise NotAQuestionError(data) from error
