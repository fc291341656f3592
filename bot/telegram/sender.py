"""The Sender over python-telegram-bot: its exceptions become outcomes here and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.outbox import (
    ChatGone,
    ChatId,
    Key,
    MessageId,
    Moved,
    Outcome,
    Outgoing,
    Refused,
    RetryLater,
    Sent,
    TopicGone,
    Unknown,
)
from bot.telegram.limiter import HAS_TURN, pause_of
from bot.telegram.transport import NotSentError

# What a 400 means. The words are the Bot API server's own, which no document lists.
CHAT_IS_GONE = (
    "chat not found",
    "chat_write_forbidden",
    "chat_restricted",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "group chat was deactivated",
)
TOPIC_IS_GONE = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
ALREADY_SO = "message is not modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSender:
    """Sends by a bot whose Defaults say HTML and no link previews.

    A message waits for its turn among the replies, unless ``has_turn`` says that whoever sends has waited already.
    ``pays``: messages beyond the free rate are paid for in Telegram Stars.
    """

    bot: ExtBot[str]
    has_turn: bool = False
    pays: bool = False

    async def send(self, message: Outgoing) -> Outcome:
        """Sends once."""
        return await _outcome(
            self.bot.send_message(
                message.chat,
                message.html,
                message_thread_id=message.thread,
                disable_notification=message.silent or None,
                reply_markup=keyboard(message.keys),
                allow_paid_broadcast=self.pays or None,
                rate_limit_args=HAS_TURN if self.has_turn else None,
            )
        )

    async def edit(self, at: MessageId, message: Outgoing) -> Outcome:
        """Edits the bot's message ``at`` in the message's chat."""
        outcome = await _outcome(
            self.bot.edit_message_text(
                message.html, chat_id=message.chat, message_id=at, reply_markup=keyboard(message.keys)
            )
        )
        if isinstance(outcome, Refused) and _says(outcome.reason, (ALREADY_SO,)):
            return Sent()
        return outcome

    async def is_reachable(self) -> bool:
        """Whether Telegram answers and knows the bot."""
        try:
            await self.bot.get_me()
        except TelegramError:
            return False
        return True


def keyboard(keys: tuple[tuple[Key, ...], ...]) -> InlineKeyboardMarkup | None:
    """Rows of inline buttons as PTB wants them."""
    if not keys:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(key.label, url=key.url, callback_data=key.data or None) for key in row] for row in keys]
    )


async def _outcome(call: Awaitable[object]) -> Outcome:
    try:
        await call
    except TelegramError as error:
        return outcome_of(error)
    return Sent()


def outcome_of(error: TelegramError) -> Outcome:
    """What an exception of PTB means for the message that was being sent."""
    match error:
        case RetryAfter():
            return RetryLater(after=pause_of(error), reason="too many requests")
        case ChatMigrated():
            return Moved(to=ChatId(error.new_chat_id))
        case Forbidden():
            return ChatGone(reason=error.message)
        case BadRequest() if _says(error.message, TOPIC_IS_GONE):
            return TopicGone(reason=error.message)
        case BadRequest() if _says(error.message, CHAT_IS_GONE):
            return ChatGone(reason=error.message)
        case BadRequest():  # before NetworkError, which it inherits from
            return Refused(reason=error.message)
        case NotSentError():
            return RetryLater(reason=error.message)
        case NetworkError():
            return Unknown(reason=error.message)
        case InvalidToken():
            return RetryLater(reason="the token is not valid (any more)")
        case _:
            return Unknown(reason=f"{type(error).__name__}: {error.message}")


def _says(reason: str, words: tuple[str, ...]) -> bool:
    return any(word in reason.lower() for word in words)
