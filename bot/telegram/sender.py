"""The Sender over python-telegram-bot: its exceptions become outcomes here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

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
from bot.telegram.transport import Encoded, NotSentError

FORMAT = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
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
    """Sends HTML without link previews.

    A message waits for its turn among the replies, unless ``has_turn`` says that whoever sends has waited already.
    ``pays``: messages beyond the free rate are paid for in Telegram Stars.
    """

    bot: ExtBot[str]
    has_turn: bool = False
    pays: bool = False

    async def send(self, message: Outgoing) -> Outcome:
        """Sends once."""
        parameters = _parameters(message)
        if message.thread is not None:
            parameters["message_thread_id"] = message.thread
        if message.silent:
            parameters["disable_notification"] = True
        if self.pays:
            parameters["allow_paid_broadcast"] = True
        return await self._call("sendMessage", parameters)

    async def edit(self, at: MessageId, message: Outgoing) -> Outcome:
        """Edits the bot's message ``at`` in the message's chat."""
        outcome = await self._call("editMessageText", {**_parameters(message), "message_id": at})
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

    async def _call(self, method: str, parameters: dict[str, object]) -> Outcome:
        """Calls a method past PTB's ``Bot``, which would make objects of the answer that nobody reads.

        PTB's errors and our limits are those of every other call.
        """
        limiter, url = self.bot.rate_limiter, f"{self.bot.base_url}/{method}"
        if limiter is None:
            raise TypeError("expected a bot with a limiter")
        turn = HAS_TURN if self.has_turn else None
        post = (url, Encoded(parameters))
        try:
            await limiter.process_request(self.bot.request.post, post, {}, method, parameters, turn)
        except TelegramError as error:
            return outcome_of(error)
        return Sent()


def _parameters(message: Outgoing) -> dict[str, object]:
    """What a new message and an edited one have in common."""
    parameters: dict[str, object] = {"chat_id": message.chat, "text": message.html, **FORMAT}
    if message.keys:
        rows = [[_button(key) for key in row] for row in message.keys]
        parameters["reply_markup"] = {"inline_keyboard": rows}
    return parameters


def _button(key: Key) -> dict[str, str]:
    return {"text": key.label, **({"callback_data": key.data} if key.url is None else {"url": key.url})}


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
