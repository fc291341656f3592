"""/language: in which one the bot speaks to the chat; and the language of every answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes, TypeHandler

from bot.chats import NotUnderstood
from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.message import Message
from bot.render.notices import not_understood, still_at_it
from bot.render.settings import Panel, Press
from bot.render.words import phrase
from handlers.bans import FIRST
from handlers.menus import speak_as_chosen
from handlers.people import App, Asked, for_administrators, place_of
from handlers.settings import pointer

AFTER_BANS = FIRST + 1  #: the group of handlers in which nothing is answered, only the language found
CHOICE = Press(panel=Panel.LANGUAGE)


def menu(_: Answers) -> Mapping[str, str]:
    """What the menu says of it."""
    return {"language": phrase("In which language I speak")}


def register(application: App, desk: FrontDesk) -> None:
    """Listens to every update first, and has whoever sent it attended; shows and changes what the chat has chosen."""

    async def listen(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await speak_as_chosen(desk, update)
        place = place_of(update)
        if place is not None and (update.effective_message is not None or update.callback_query is not None):
            is_channel = update.effective_chat is not None and update.effective_chat.type == ChatType.CHANNEL
            desk.replies.attend(place, None if is_channel else still_at_it)

    async def language(asked: Asked) -> Sequence[Message]:
        if asked.is_channel and not asked.words:
            return [pointer(asked)]
        if asked.words:
            chosen = await desk.subscriptions.choose(asked.subject.place, ["language", *asked.words])
            if isinstance(chosen, NotUnderstood):
                return [not_understood(chosen, "settings", asked.subject.name)]
            await speak_as_chosen(desk, asked.update)
        return [await desk.panels.show(asked.subject, CHOICE)]

    application.add_handler(TypeHandler(Update, listen), group=AFTER_BANS)
    application.add_handler(for_administrators("language", desk, language))
