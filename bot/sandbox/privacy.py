"""Which messages of people a bot is told of: Telegram's privacy mode."""

from __future__ import annotations

from bot.sandbox.markup import EntityKind
from bot.sandbox.world import ABSENT, IN_CHARGE, Chat, ChatKind, Message, User


def reaches_bot(message: Message, chat: Chat, bot: User, replied: Message | None) -> bool:
    """Whether ``bot``, with privacy mode on, gets an update about a person's message.

    Everything in private chats, channels and groups it administers; in other groups service messages, commands not
    meant for another bot, mentions of it, replies to it, and what was chosen from its own offers.
    """
    role = chat.role(bot.id)
    if role in ABSENT:
        return False
    if chat.kind in {ChatKind.PRIVATE, ChatKind.CHANNEL} or role in IN_CHARGE or message.service or message.is_inline:
        return True
    if replied is not None and replied.by_bot:
        return True
    return _is_called(message, bot)


def _is_called(message: Message, bot: User) -> bool:
    units = message.text.encode("utf-16-le")
    for entity in message.content.entities:
        words = units[2 * entity.offset : 2 * entity.end].decode("utf-16-le").lower()
        if entity.kind is EntityKind.MENTION and words == f"@{bot.username.lower()}":
            return True
        if entity.kind is EntityKind.BOT_COMMAND and words.partition("@")[2] in {"", bot.username.lower()}:
            return True
    return False
