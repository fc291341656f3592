"""Who wrote, where, and what they may change."""

from __future__ import annotations

from datetime import date
from typing import Any

import structlog
from telegram import ChatMember, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import Application, filters

from bot.desk.replies import Place
from bot.outbox import ChatId

App = Application[Any, Any, Any, Any, Any, Any]

log = structlog.get_logger(__name__)

WRITTEN = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST  #: not an edited message: it was answered before


def place_of(update: Update) -> Place | None:
    """Where an answer goes; None for an update that belongs to no chat."""
    chat, message = update.effective_chat, update.effective_message
    if chat is None:
        return None
    thread = message.message_thread_id if message is not None and message.is_topic_message else None
    return Place(chat=ChatId(chat.id), thread=thread)


async def may_change_chat(update: Update) -> bool:
    """Whether the sender decides for the chat: anybody in private, administrators elsewhere."""
    chat, message, user = update.effective_chat, update.effective_message, update.effective_user
    if chat is None:
        return False
    if chat.type in (ChatType.PRIVATE, ChatType.CHANNEL):  # only administrators post in a channel
        return True
    if message is not None and message.sender_chat is not None:  # an anonymous administrator writes as the group
        return message.sender_chat.id == chat.id
    if user is None:
        return False
    try:
        member = await chat.get_member(user.id)
    except TelegramError as error:
        log.warning("membership unknown", chat=chat.id, reason=error.message)
        return False
    return member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


def words_of(update: Update) -> list[str]:
    """The words after a command."""
    message = update.effective_message
    return (message.text or "").split()[1:] if message is not None else []


def day_of(update: Update) -> date:
    """The day, UTC, on which something was written, from which "yesterday" in it is counted."""
    message = update.effective_message
    if message is None:
        raise ValueError("expected an update with a message")
    return message.date.date()
