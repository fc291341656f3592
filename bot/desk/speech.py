"""Which language a chat is spoken to in: pure."""

from __future__ import annotations

from bot.chats import Chat
from bot.render.words import nearest


def language_of(chat: Chat, tag: str | None = None) -> str:
    """The language that the chat chose; else that of who writes, by Telegram's tag; else that of who set it last."""
    return nearest(chat.choices.language or tag or chat.speaks)
