"""What no other handler took: unknown commands, and in a private chat what is not written, like a picture."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes, MessageHandler, filters

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.notices import only_commands, unknown_command
from handlers.people import WRITTEN, App, place_of


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Answers in private chats always, elsewhere only when addressed by name."""

    async def unknown(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        place, message, chat = place_of(update), update.effective_message, update.effective_chat
        if place is None or message is None or chat is None:
            return
        words = (message.text or "").split()
        command, _, name = words[0].removeprefix("/").partition("@") if words else ("", "", "")
        is_addressed = name.lower() == context.bot.username.lower() if name else chat.type == ChatType.PRIVATE
        if not is_addressed:
            return
        is_command = bool(words) and words[0].startswith("/")
        answer = unknown_command(command, desk.menu) if is_command else only_commands(desk.menu)
        await desk.replies.say(place, [answer])

    is_plain_private = filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
    application.add_handler(MessageHandler(WRITTEN & (filters.COMMAND | is_plain_private), unknown))
