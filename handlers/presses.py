"""What every handler of buttons says to who pressed one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, ContextTypes

from bot.desk.replies import Place
from bot.outbox import ChatId, MessageId
from bot.render.notices import OUTDATED
from bot.render.words import say

__all__ = ["OUTDATED", "answering", "pressed_in", "stop_waiting"]


def pressed_in(query: CallbackQuery) -> tuple[Place, MessageId] | None:
    """Where the message with the pressed button stands, and its id; None when it can be changed no more."""
    message = query.message
    if not isinstance(message, Message):
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(chat=ChatId(message.chat.id), thread=thread), MessageId(message.message_id)


async def stop_waiting(query: CallbackQuery, words: str | None, *, is_alert: bool = False) -> None:
    """Ends the wait of who pressed a button, with words, which are said in the chat's language, or without."""
    with suppress(BadRequest):  # the press is too old to be answered; nobody waits any more
        await query.answer(None if words is None else say(words), show_alert=is_alert)


def answering(
    act: Callable[[Update, CallbackQuery], Awaitable[str | None]], pattern: str, *, is_alert: bool = True
) -> CallbackQueryHandler[ContextTypes.DEFAULT_TYPE, None]:
    """Answers presses whose data fit ``pattern`` with what ``act`` returns, if anything: as an alert, or in passing."""

    async def press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None:
            return
        words: str | None = OUTDATED
        try:
            words = await act(update, query)
        finally:
            await stop_waiting(query, words, is_alert=is_alert and words is not None)

    return CallbackQueryHandler(press, pattern=pattern)
