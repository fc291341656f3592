"""What people write, share and press, and how the bot learns of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from bot.sandbox import wire
from bot.sandbox.clock import SandboxClock
from bot.sandbox.contents import ANONYMOUS, Contents
from bot.sandbox.markup import FormattedText, parse_html, plain
from bot.sandbox.privacy import reaches_bot
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.world import ABSENT, IN_CHARGE, Attachment, Button, Chat, ChatKind, Message, Origin, Place, User


class NotAllowedError(ValueError):
    """Telegram's app would not let the person do this; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the bot answered a pressed button; ``text`` may be empty."""

    text: str = ""
    is_alert: bool = False
    url: str = ""


@dataclass(slots=True, kw_only=True)
class CallbackQuery:
    """A pressed button; ``answer`` is None until the bot has answered."""

    id: str
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """One thing the bot offers to somebody who typed its name in any chat."""

    id: str
    title: str
    description: str
    content: FormattedText
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineAnswer:
    """What the bot offers; ``start_words`` lead to the private chat, with ``start_parameter``."""

    results: tuple[InlineResult, ...] = ()
    next_offset: str = ""
    start_words: str = ""
    start_parameter: str = ""


@dataclass(slots=True, kw_only=True)
class InlineQuery:
    """Words typed after the bot's name; ``answer`` is None until the bot has answered."""

    id: str
    chat_id: int
    sender: User
    topic_id: int | None
    answer: InlineAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where in a chat a person writes: in which topic, in reply to what."""

    topic_id: int | None = None
    reply_to: int | None = None


class Writing(Contents):
    """People who write. Whoever is not named as ``sender`` is the sandbox's own person, or whose private chat it is."""

    def __init__(self, clock: SandboxClock, bot: User) -> None:
        super().__init__(clock, bot)
        self.updates = UpdateQueue(clock.now)
        self.queries: dict[str, CallbackQuery] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self._query_ids = count(1)

    def say(
        self,
        chat: Chat,
        text: str,
        *,
        sender: User | None = None,
        topic_id: int | None = None,
        reply_to: int | None = None,
        is_html: bool = False,
    ) -> Message:
        """A person writes ``text``; the bot is told if it may know.

        Args:
            is_html: the text is formatted, as Telegram's app lets one do it; so people without a name are mentioned.

        Raises:
            NotAllowedError: the text is empty, or the person cannot write here.
        """
        if not text.strip():
            raise NotAllowedError("an empty message cannot be sent")
        content = parse_html(text) if is_html else plain(text)
        return self._write(chat, sender, Spot(topic_id=topic_id, reply_to=reply_to), content)

    def send_file(
        self,
        chat: Chat,
        attachment: Attachment,
        *,
        caption: str = "",
        sender: User | None = None,
        spot: Spot = Spot(),
    ) -> Message:
        """A person sends a picture or a file."""
        kept = self.keep_file(attachment)
        return self._write(chat, sender, spot, plain(caption), lambda message: replace(message, attachment=kept))

    def share_place(
        self,
        chat: Chat,
        place: Place,
        *,
        sender: User | None = None,
        spot: Spot = Spot(),
    ) -> Message:
        """A person says where they are."""
        return self._write(chat, sender, spot, plain(""), lambda message: replace(message, place=place))

    def forward(self, message: Message, to: Chat, *, sender: User | None = None) -> Message:
        """A person forwards a message of any chat they are in.

        Raises:
            NotAllowedError: it is protected, or the person cannot write there.
        """
        if message.is_protected or message.service:
            raise NotAllowedError("this message cannot be forwarded")
        origin = self.origin_of(message)

        def forwarded(new: Message) -> Message:
            return replace(new, attachment=message.attachment, place=message.place, origin=origin)

        return self._write(to, sender, Spot(), message.content, forwarded)

    @staticmethod
    def origin_of(message: Message) -> Origin:
        """Where a message comes from, for whoever forwards it."""
        return message.origin or Origin(
            chat_id=message.chat_id, message_id=message.id, date=message.date, sender=message.sender
        )

    def press(self, message: Message, button: Button | str, *, sender: User | None = None) -> CallbackQuery:
        """A person presses a button with callback data, given itself or by (part of) its label.

        Raises:
            LookupError: the message has no such button.
            NotAllowedError: the button carries no callback data.
        """
        chat = self.chats[message.chat_id]
        pressed = message.button(button) if isinstance(button, str) else button
        if not pressed.data:
            raise NotAllowedError(f"the button {pressed.text!r} tells the bot nothing")
        query = CallbackQuery(id=str(next(self._query_ids)))
        self.queries[query.id] = query
        self.updates.push(
            "callback_query",
            {
                "id": query.id,
                "from": wire.user_json(sender or self.author(chat)),
                "message": self.api_message(message),
                "chat_instance": str(chat.id),
                "data": pressed.data,
            },
        )
        return query

    def answer(self, query: CallbackQuery, answer: Answer) -> None:
        """The bot's answer to a pressed button; shown on the page."""
        query.answer = answer
        shown = {"query_id": query.id, "text": answer.text, "is_alert": answer.is_alert, "url": answer.url}
        self.changes.publish("answer", lambda: dict(shown))

    def ask_inline(
        self, chat: Chat, text: str, *, sender: User | None = None, topic_id: int | None = None, offset: str = ""
    ) -> InlineQuery:
        """A person types words after the bot's name, in any chat.

        Raises:
            NotAllowedError: the person cannot write here.
        """
        author = sender or self.author(chat)
        self._check_may_write(chat, author, topic_id)
        query = InlineQuery(id=str(next(self._query_ids)), chat_id=chat.id, sender=author, topic_id=topic_id)
        self.inline_queries[query.id] = query
        kind = "sender" if chat.kind is ChatKind.PRIVATE else chat.kind.value
        self.updates.push(
            "inline_query",
            {
                "id": query.id,
                "from": wire.user_json(author),
                "query": text,
                "offset": offset,
                "chat_type": kind,
            },
        )
        return query

    def answer_inline(self, query: InlineQuery, answer: InlineAnswer) -> None:
        """What the bot offers; shown on the page."""
        query.answer = answer
        self.changes.publish("inline_answer", lambda: shown_offer(query, answer))

    def choose_inline(self, query: InlineQuery, result_id: str) -> Message:
        """A person sends one of the things offered.

        Raises:
            LookupError: there is no such thing.
        """
        results = query.answer.results if query.answer else ()
        chosen = next((result for result in results if result.id == result_id), None)
        if chosen is None:
            raise LookupError(f"expected one of {[result.id for result in results]}, got {result_id!r}")

        def from_bot(message: Message) -> Message:
            return replace(message, attachment=chosen.attachment, buttons=chosen.buttons, is_inline=True)

        spot = Spot(topic_id=query.topic_id)
        return self._write(self.chats[query.chat_id], query.sender, spot, chosen.content, from_bot)

    def author(self, chat: Chat) -> User:
        """Who writes in a chat if nobody is named."""
        return self.users[chat.id] if chat.kind is ChatKind.PRIVATE else self.person

    def _write(
        self,
        chat: Chat,
        sender: User | None,
        spot: Spot,
        content: FormattedText,
        finish: Callable[[Message], Message] = lambda message: message,
    ) -> Message:
        author = sender or self.author(chat)
        replied = self.message(chat, spot.reply_to)
        topic_id = replied.topic_id if replied is not None and spot.topic_id is None else spot.topic_id
        self._check_may_write(chat, author, topic_id)
        self.acquainted.add(chat.id)
        message = self.post(
            chat,
            self._visible(chat, author),
            content,
            topic_id=topic_id,
            reply_to=spot.reply_to,
            finish=lambda message: finish(replace(message, author_id=author.id)),
        )
        self.tell_bot(message)
        self.tell_chat(chat)
        return message

    @staticmethod
    def _visible(chat: Chat, author: User) -> User | None:
        """As whom a person's message shows; None is the channel itself."""
        if chat.kind is ChatKind.CHANNEL:
            return None
        is_anonymous = author.id in chat.anonymous and chat.role(author.id) in IN_CHARGE
        return ANONYMOUS if is_anonymous else author

    def _check_may_write(self, chat: Chat, author: User, topic_id: int | None) -> None:
        is_in_charge = chat.role(author.id) in IN_CHARGE
        if author.id in self.deactivated:
            raise NotAllowedError("the account is deleted")
        if chat.moved_to is not None:
            raise NotAllowedError("the group was upgraded; write in the supergroup")
        if chat.kind is ChatKind.PRIVATE and chat.role(self.bot.id) in ABSENT:
            raise NotAllowedError("the bot is blocked; unblock it first")
        if chat.kind is ChatKind.CHANNEL and not is_in_charge:
            raise NotAllowedError("only administrators post in a channel")
        if chat.role(author.id) in ABSENT:
            raise NotAllowedError("only members write here")
        if not is_in_charge and not chat.members_may_write:
            raise NotAllowedError("only administrators may write here")
        if not is_in_charge and chat.is_closed(topic_id):
            raise NotAllowedError("the topic is closed")

    def tell_bot(self, message: Message) -> None:
        """Pushes the update about a person's message, if the bot may know of it."""
        chat = self.chats[message.chat_id]
        if reaches_bot(message, chat, self.bot, self.message(chat, message.reply_to)):
            kind = "channel_post" if chat.kind is ChatKind.CHANNEL else "message"
            self.updates.push(kind, self.api_message(message))


def shown_offer(query: InlineQuery, answer: InlineAnswer) -> dict[str, object]:
    """What the bot offers, as the page needs it."""
    return {
        "query_id": query.id,
        "results": [
            {
                "id": result.id,
                "title": result.title,
                "description": result.description or result.content.text,
                "file_id": result.attachment.file_id if result.attachment else "",
            }
            for result in answer.results
        ],
        "start_words": answer.start_words,
        "start_parameter": answer.start_parameter,
    }
