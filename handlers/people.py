"""Who wrote, where, about which chat, and what they may change."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from telegram import Bot, ChatMember, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import Application, CommandHandler, ContextTypes, filters

from bot.chats import Chat
from bot.desk.front import FrontDesk
from bot.desk.panels import Subject
from bot.desk.replies import Place
from bot.desk.speech import language_of
from bot.outbox import ChatId
from bot.render.message import Message
from bot.render.notices import not_theirs, only_administrators
from bot.render.words import nearest, use

App = Application[Any, Any, Any, Any, Any, Any]

log = structlog.get_logger(__name__)

WRITTEN = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST  #: not an edited message: it was answered before
IN_CHARGE = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
_NAMED = re.compile(r"@\w{4,}|-\d{5,}")  #: how a chat is named from elsewhere; one without a name by its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command: the words after it, the chat it is about, the bot's username, and the update that brought it."""

    subject: Subject
    words: list[str]
    kind: str
    bot: str
    update: Update

    @property
    def is_channel(self) -> bool:
        """Whether it was written in a channel, before all its subscribers."""
        return self.kind == ChatType.CHANNEL


Act = Callable[[Asked], Awaitable[Sequence[Message]]]


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
    if chat.type == ChatType.PRIVATE:
        return True
    if update.callback_query is None:
        if chat.type == ChatType.CHANNEL:  # only administrators post in a channel; anybody presses there
            return True
        if message is not None and message.sender_chat is not None:  # an anonymous administrator writes as the group
            return message.sender_chat.id == chat.id
    return user is not None and await is_in_charge(update.get_bot(), ChatId(chat.id), user.id)


async def is_in_charge(bot: Bot, chat: ChatId, user: int) -> bool:
    """Whether somebody administers a chat now; False when the bot cannot see it."""
    try:
        member = await bot.get_chat_member(chat, user)
    except TelegramError as error:
        log.warning("membership unknown", chat=chat, reason=error.message)
        return False
    return member.status in IN_CHARGE


async def named_chat(bot: Bot, name: str | ChatId, user: int) -> Subject | None:
    """The channel or group of this name or id, if ``user`` administers it and the bot can see that."""
    try:
        chat = await bot.get_chat(name if isinstance(name, int) or name.startswith("@") else int(name))
    except TelegramError:
        return None
    if chat.type == ChatType.PRIVATE or not await is_in_charge(bot, ChatId(chat.id), user):
        return None
    shown = f"@{chat.username}" if chat.username else str(chat.id)
    return Subject(place=Place(chat=ChatId(chat.id)), name=shown, title=chat.title or shown)


async def speak(desk: FrontDesk, update: Update) -> Chat | None:
    """Goes on in the language of the chat, or of who wrote; what the chat has chosen, None without a chat."""
    user = update.effective_user
    tag = None if user is None else user.language_code
    asked = update.effective_chat or user  # who asks inline is in no chat that the bot sees, but may have one with it
    if asked is None:
        use(nearest(tag), tag)
        return None
    chat = await desk.subscriptions.chat(ChatId(asked.id))
    use(language_of(chat, tag), tag)
    return chat if update.effective_chat is not None else None


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


def for_administrators(
    command: str, desk: FrontDesk, act: Act, is_free: Callable[[Asked], bool] = lambda _: False
) -> CommandHandler[ContextTypes.DEFAULT_TYPE, None]:
    """A command about the chat it is written in, or, in a private chat, about the one that its first word names.

    Others than administrators are refused, unless ``is_free`` says that the command changes nothing.
    """

    async def run(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        place, chat, user = place_of(update), update.effective_chat, update.effective_user
        if place is None or chat is None:
            return
        words = words_of(update)
        subject: Subject | None = Subject(place=place)
        if chat.type == ChatType.PRIVATE and user is not None and words and _NAMED.fullmatch(words[0]):
            subject = await named_chat(context.bot, words[0], user.id)
        if subject is None:
            await desk.replies.say(place, [not_theirs(words[0])])
            return
        rest = words[1:] if subject.name else words
        asked = Asked(subject=subject, words=rest, kind=chat.type, bot=context.bot.username, update=update)
        if not is_free(asked) and not await may_change_chat(update):
            await desk.replies.say(place, [only_administrators()])
        else:
            await desk.subscriptions.keep_language(place.chat)
            await desk.replies.say(place, await act(asked))

    return CommandHandler(command, run, WRITTEN)
