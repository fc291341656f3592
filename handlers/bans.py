"""A banned chat, or person, is not answered, whatever comes from there."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.ext import ApplicationHandlerStop, ContextTypes, TypeHandler

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.outbox import ChatId
from handlers.people import App

FIRST = -2  #: the group of handlers that is asked before all others


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Lets through what comes from elsewhere, and a banned group's new id, which is banned too."""

    async def stop(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is not None and (message.migrate_to_chat_id or message.migrate_from_chat_id):
            return
        for who in {one.id for one in (update.effective_chat, update.effective_user) if one is not None}:
            if await desk.operators.is_banned(ChatId(who)):  # in a private chat both are one
                raise ApplicationHandlerStop

    application.add_handler(TypeHandler(Update, stop), group=FIRST)
