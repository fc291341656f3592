"""The Sender over python-telegram-bot: its exceptions become outcomes here and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, BaseUpdateProcessor, Defaults, JobQueue
from telegram.request import HTTPXRequest

from bot.outbox import ChatGone, ChatId, Key, MessageId, Moved, Outcome, Outgoing, Refused, RetryLater, Sent, Unknown

App = Application[Any, Any, Any, Any, Any, JobQueue[Any]]

CONNECTIONS = 64  #: to Telegram at once, beside the one that polls
AT_ONCE = 64  #: updates handled side by side, of one chat always one
BAD_GATEWAY = "Bad Gateway"  #: PTB keeps no status code of a 502, only its words
CHAT_IS_GONE = (
    "chat not found",
    "chat_write_forbidden",
    "not enough rights",
    "need administrator rights",
    "user not found",
)
TOPIC_IS_GONE = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
ALREADY_SO = "message is not modified"
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class TelegramSender:
    """Sends by a bot whose Defaults say HTML and no link previews."""

    bot: Bot

    async def send(self, message: Outgoing) -> Outcome:
        """Sends once; a message for a topic that is closed or deleted goes to the General topic."""
        outcome = await _outcome(
            self.bot.send_message(
                message.chat,
                message.html,
                message_thread_id=message.thread,
                reply_markup=keyboard(message.keys),
            )
        )
        if message.thread is not None and isinstance(outcome, Refused) and _says(outcome.reason, TOPIC_IS_GONE):
            return await self.send(replace(message, thread=None))
        return outcome

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


def keyboard(keys: tuple[tuple[Key, ...], ...]) -> InlineKeyboardMarkup | None:
    """Rows of inline buttons as PTB wants them."""
    if not keys:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(key.label, callback_data=key.data) for key in row] for row in keys]
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
            return RetryLater(after=_pause(error), reason="too many requests")
        case ChatMigrated():
            return Moved(to=ChatId(error.new_chat_id))
        case Forbidden():
            return ChatGone(reason=error.message)
        case BadRequest() if _says(error.message, CHAT_IS_GONE):
            return ChatGone(reason=error.message)
        case BadRequest():  # before NetworkError, which it inherits from
            return Refused(reason=error.message)
        case NetworkError() if isinstance(error.__cause__, NEVER_SENT) or BAD_GATEWAY in error.message:
            return RetryLater(reason=error.message)
        case NetworkError():
            return Unknown(reason=error.message)
        case InvalidToken():
            return RetryLater(reason="the token is not valid (any more)")
        case _:
            return Unknown(reason=f"{type(error).__name__}: {error.message}")


def _pause(error: RetryAfter) -> timedelta:
    # The public attribute is a number or a timedelta by an environment variable, and warns at each reading.
    return error._retry_after


def _says(reason: str, words: tuple[str, ...]) -> bool:
    return any(word in reason.lower() for word in words)


class OneAtATime(BaseUpdateProcessor):
    """Handles many chats side by side, and the updates of one chat in the order they came."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Waits for the chat's turn."""
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else 0
        turn = self._turns.setdefault(chat, asyncio.Lock())
        async with turn:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


def connect(token: str, base_url: str | None = None) -> App:
    """An application for a bot: Telegram's own, or with ``base_url`` the one of a server on this machine.

    A server on this machine is asked directly, whatever proxies the environment names.
    """
    kwargs: dict[str, Any] = {"trust_env": base_url is None}
    builder = (
        ApplicationBuilder()
        .token(token)
        .request(HTTPXRequest(connection_pool_size=CONNECTIONS, httpx_kwargs=kwargs))
        .get_updates_request(HTTPXRequest(connection_pool_size=2, httpx_kwargs=kwargs))
        .defaults(Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .concurrent_updates(OneAtATime())
    )
    if base_url is not None:
        builder = builder.base_url(f"{base_url}/bot").base_file_url(f"{base_url}/file/bot")
    return builder.build()
