"""What becomes of a chat whose id changed: pure, and the same in every store."""

from __future__ import annotations

from dataclasses import replace

from bot.chats import Chat
from bot.outbox import ChatId


def joined(old: Chat, new: Chat | None, to: ChatId) -> Chat:
    """The chat under its new id: what the new id chose for itself wins."""
    has_chosen = new is not None and (new.schedules or new.choices.alerts.on)
    kept = new if new is not None and has_chosen else replace(old, id=to)
    return replace(kept, told=kept.told or old.told, shut_out=None, banned=kept.banned or old.banned)
