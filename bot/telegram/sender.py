"""The Sender over python-telegram-bot: its exceptions become outcomes here and nowhere else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.errors import SitrepError
from bot.outbox import (
    ChatGone,
    ChatId,
    Key,
    MessageId,
    Moved,
    Outcome,
    Outgoing,
    PictureKey,
    Refused,
    RetryLater,
    Sent,
    TopicGone,
    Unknown,
)
from bot.ports import PictureStore
from bot.telegram.limiter import HAS_TURN, pause_of
from bot.telegram.transport import Encoded, NotSentError

log = structlog.get_logger(__name__)

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
PICTURES_ARE_REFUSED = ("send photos", "send media", "send_photos", "send_media")  #: by the rules of the chat
ALREADY_SO = "message is not modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSender:
    """Sends HTML without link previews.

    A message waits for its turn among the replies, unless ``has_turn`` says that whoever sends has waited already.
    ``pays``: messages beyond the free rate are paid for in Telegram Stars. A picture is uploaded once and then sent by
    the id that Telegram has it under; whatever is wrong with it, its caption goes as a text.
    """

    bot: ExtBot[str]
    has_turn: bool = False
    pays: bool = False
    pictures: PictureStore | None = None
    _uploading: dict[PictureKey, asyncio.Lock] = field(default_factory=dict)

    async def send(self, message: Outgoing) -> Outcome:
        """Sends once."""
        if message.picture is not None and self.pictures is not None:
            outcome = await self._send_picture(message, message.picture, self.pictures)
            if not isinstance(outcome, Refused):
                return outcome
            log.warning("a picture was not taken; its text is sent", chat=message.chat, reason=outcome.reason)
        return await self._call("sendMessage", {**_parameters(message), **self._aside(message)})

    async def _send_picture(self, message: Outgoing, key: PictureKey, pictures: PictureStore) -> Outcome:
        """Sends the picture by its id, or uploads it; the first of many uploads for all who wait for it."""
        outcome = await self._send_again(message, key, pictures)
        if outcome is None:
            async with self._uploading.setdefault(key, asyncio.Lock()):
                outcome = await self._send_again(message, key, pictures) or await self._upload(message, key, pictures)
            self._uploading.pop(key, None)
        if isinstance(outcome, ChatGone) and _says(outcome.reason, PICTURES_ARE_REFUSED):
            return Refused(reason=outcome.reason)
        return outcome

    async def _send_again(self, message: Outgoing, key: PictureKey, pictures: PictureStore) -> Outcome | None:
        """Sends the picture by its id; None when there is none, or Telegram does not know it any more."""
        file_id = await pictures.file_id(key, self.bot.id)
        if file_id is None:
            return None
        parameters = {"chat_id": message.chat, "photo": file_id, "caption": message.html, "parse_mode": "HTML"}
        outcome = await self._call("sendPhoto", {**parameters, **_keyboard(message), **self._aside(message)})
        if isinstance(outcome, Refused):
            await _noted(pictures, key, self.bot.id, None)
            return None
        return outcome

    async def _upload(self, message: Outgoing, key: PictureKey, pictures: PictureStore) -> Outcome:
        png = await pictures.picture(key)
        if png is None:
            return Refused(reason="the picture is not kept any more")
        try:
            sent = await self.bot.send_photo(
                message.chat,
                png,
                caption=message.html,
                reply_markup=_markup(message),
                rate_limit_args=HAS_TURN if self.has_turn else None,
                **self._aside(message),
            )
        except TelegramError as error:
            return outcome_of(error)
        if sent.photo:
            await _noted(pictures, key, self.bot.id, sent.photo[-1].file_id)
        return Sent()

    def _aside(self, message: Outgoing) -> dict[str, Any]:
        """What says how and where a new message arrives."""
        parameters: dict[str, Any] = {}
        if message.thread is not None:
            parameters["message_thread_id"] = message.thread
        if message.silent:
            parameters["disable_notification"] = True
        if self.pays:
            parameters["allow_paid_broadcast"] = True
        return parameters

    async def edit(self, at: MessageId, message: Outgoing) -> Outcome:
        """Edits the bot's message ``at`` in the message's chat."""
        outcome = await self._call("editMessageText", {**_parameters(message), "message_id": at})
        if isinstance(outcome, Refused) and _says(outcome.reason, (ALREADY_SO,)):
            return Sent()
        return outcome

    async def typing(self, chat: ChatId, thread: int | None) -> None:
        """Shows that the bot writes."""
        with suppress(TelegramError):
            await self.bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=thread)

    async def note(self, message: Outgoing) -> MessageId | None:
        """Sends a text and tells its id."""
        try:
            sent = await self.bot.send_message(message.chat, message.html, ParseMode.HTML, **self._aside(message))
        except TelegramError as error:
            log.info("a sign was not taken", chat=message.chat, reason=error.message)
            return None
        return MessageId(sent.message_id)

    async def take_back(self, chat: ChatId, at: MessageId) -> None:
        """Deletes a message."""
        with suppress(TelegramError):
            await self.bot.delete_message(chat, at)

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
    return {"chat_id": message.chat, "text": message.html, **FORMAT, **_keyboard(message)}


def _keyboard(message: Outgoing) -> dict[str, object]:
    rows = [[_button(key) for key in row] for row in message.keys]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


async def _noted(pictures: PictureStore, key: PictureKey, bot: int, file_id: str | None) -> None:
    """Notes an id; a store that cannot is no reason to take what was sent for lost: the next one uploads again."""
    try:
        await pictures.keep_file_id(key, bot, file_id)
    except (SitrepError, OSError) as error:
        log.warning("the id of a picture could not be kept", reason=str(error))


def _markup(message: Outgoing) -> InlineKeyboardMarkup | None:
    """The buttons as PTB takes them."""
    rows = [[InlineKeyboardButton(**_button(key)) for key in row] for row in message.keys]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(key: Key) -> dict[str, Any]:
    if key.copy is not None:
        return {"text": key.label, "copy_text": {"text": key.copy}}
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
