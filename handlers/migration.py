"""A group became a supergroup: its id is another one."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.outbox import ChatId
from handlers.people import App


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Follows the group, whichever of its two chats tells first."""

    async def move(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None:
            return
        if message.migrate_to_chat_id is not None:
            await desk.subscriptions.move(ChatId(message.chat.id), ChatId(message.migrate_to_chat_id))
        elif message.migrate_from_chat_id is not None:
            await desk.subscriptions.move(ChatId(message.migrate_from_chat_id), ChatId(message.chat.id))

    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, move))
