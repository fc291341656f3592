"""/export: the chat's story as a file, in the form that is named or pressed."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Bot, Update
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, CommandHandler, ContextTypes

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.desk.replies import Place
from bot.render.export.files import COMMAND, NOT_TAKEN, PREFIX, WHAT, no_such_form, read_form, too_large
from bot.render.html import said
from bot.render.message import Message
from handlers.backup import LARGEST, PATIENCE
from handlers.people import WRITTEN, App, place_of, words_of
from handlers.presses import OUTDATED, stop_waiting


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {COMMAND: WHAT}


def register(application: App, desk: FrontDesk) -> None:
    """Offers the forms, and sends the file."""

    async def export(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        place, words = place_of(update), words_of(update)
        if place is None:
            return
        if words:
            await _send(desk, context.bot, place, words[0])
        else:
            await desk.replies.say(place, [await desk.exports.choose(await desk.story_of(place.chat))])

    async def press(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query, place = update.callback_query, place_of(update)
        if query is None or place is None:
            return
        named = (query.data or "").removeprefix(PREFIX)
        await stop_waiting(query, None if read_form(named) else OUTDATED)  # the file may take a while
        if read_form(named):
            await _send(desk, context.bot, place, named)

    application.add_handler(CommandHandler(COMMAND, export, WRITTEN))
    application.add_handler(CallbackQueryHandler(press, pattern=f"^{PREFIX}"))


async def _send(desk: FrontDesk, bot: Bot, place: Place, named: str) -> None:
    """Sends the file, or says why there is none."""
    form = read_form(named)
    if form is None:
        await desk.replies.say(place, [no_such_form(named)])
        return
    topic = desk.stories.of(await desk.subscriptions.chat(place.chat))
    title = topic.title if desk.stories.are_several else None
    made = await desk.exports.file(form, topic.name, title)
    if isinstance(made, Message):
        await desk.replies.say(place, [made])
        return
    if len(made.content) > LARGEST:
        await desk.replies.say(place, [too_large()])
        return
    try:
        await bot.send_document(
            place.chat,
            document=made.content,
            filename=made.name,
            caption=made.caption.html,
            message_thread_id=place.thread,
            write_timeout=PATIENCE,
        )
    except BadRequest:
        await desk.replies.say(place, [Message(html=said(NOT_TAKEN))])
