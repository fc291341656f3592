"""Plain words: in a private chat any, in a group those that mention the bot or reply to it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from telegram import Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes, MessageHandler, filters

from bot.desk.answers import Answers
from bot.desk.front import FrontDesk
from handlers.people import App, day_of, place_of


def menu(_: Answers) -> Mapping[str, str]:
    """Not a command."""
    return {}


def register(application: App, desk: FrontDesk) -> None:
    """Answers what the articles say."""

    async def talk(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        place, message = place_of(update), update.effective_message
        if place is None or message is None:
            return
        name = context.bot.username
        if message.chat.type == ChatType.PRIVATE or _is_meant(message, context.bot.id, name):
            words = re.sub(rf"@{re.escape(name)}\b", " ", message.text or "", flags=re.IGNORECASE)
            story = await desk.story_of(place.chat)
            await desk.replies.say(place, await desk.answers.talk(words, day_of(update), story))

    groups = filters.ChatType.PRIVATE | filters.ChatType.GROUPS
    application.add_handler(
        MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT & ~filters.Regex("^/") & groups, talk)
    )


def _is_meant(message: Message, bot: int, name: str) -> bool:
    """Whether a message in a group mentions the bot or replies to what it said; opening a topic is no saying."""
    replied = message.reply_to_message
    said = None if replied is None or replied.forum_topic_created is not None else replied.from_user
    mentions = message.parse_entities([MessageEntity.MENTION]).values()
    return (said is not None and said.id == bot) or any(mention.lower() == f"@{name.lower()}" for mention in mentions)
