"""/backup: the store as a file, to an operator in private; for anybody else there is no such command."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes, filters

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from bot.render.notices import backup_too_large
from handlers.people import WRITTEN, App, place_of

LARGEST = 50_000_000  #: bytes of a document that a bot may upload (Bot API)
PATIENCE = 300  #: seconds for the upload


def menu(_: Answers) -> Mapping[str, str]:
    """Not in the menu, which everybody sees."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Sends the backup to operators; others go on to the answer for unknown commands."""

    async def backup(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        place = place_of(update)
        if place is None:
            return
        async with desk.operators.backup() as copy:
            size = (await asyncio.to_thread(copy.stat)).st_size
            if size > LARGEST:
                await desk.replies.say(place, [backup_too_large(size, LARGEST)])
                return
            content = await asyncio.to_thread(copy.read_bytes)
        await context.bot.send_document(
            place.chat, document=content, filename="sitrep-backup.db", write_timeout=PATIENCE
        )

    is_operator = filters.ChatType.PRIVATE & filters.User(user_id=desk.operators.users)
    application.add_handler(CommandHandler("backup", backup, WRITTEN & is_operator))
