"""Which language a chat is spoken to in: pure."""

from __future__ import annotations

from bot.chats import Chat, Kind, kind_of
from bot.render.words import nearest


def language_of(chat: Chat, tag: str | None = None) -> str:
    """The language that the chat chose; else, in a private chat, that of who writes, by Telegram's tag.

    A group or channel that chose none keeps that of whoever set it first, for all its people read the same messages.
    """
    if kind_of(chat.id) is Kind.PRIVATE:
        return nearest(chat.choices.language or tag or chat.speaks)
    return nearest(chat.choices.language or chat.speaks or tag)
