"""The sandbox as one object: its contents, the bot's connection, and everything a person can do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from bot.sandbox import wire
from bot.sandbox.clock import SandboxClock
from bot.sandbox.commands import CommandMenus
from bot.sandbox.contents import Contents
from bot.sandbox.faults import Faults
from bot.sandbox.limits import FloodLimits, Mode, limits_of
from bot.sandbox.markup import plain
from bot.sandbox.network import Network
from bot.sandbox.privacy import reaches_bot
from bot.sandbox.sent import SentLog
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.world import ABSENT, IN_CHARGE, Button, Chat, ChatKind, Message, Role, Service, ServiceEvent, User

TOKEN = "2000000000:sandbox-token-that-opens-nothing-else"  # noqa: S105  no secret: it fits only this sandbox
PATIENCE = timedelta(seconds=10)  #: real time a test waits for the bot by default


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


class SandboxState(Contents):
    """One bot, one person, a few chats. Lives in one event loop and keeps everything in memory.

    Args:
        clock: the time messages are stamped with; share it with the bot.
        token: what the bot must show; its number is the bot's id.
        mode: whether Telegram's flood limits hold.
        per_second: the one rate of the fast mode; None for none.
    """

    def __init__(
        self,
        *,
        clock: SandboxClock,
        token: str = TOKEN,
        bot_name: str = "Sandbox bot",
        bot_username: str = "sandbox_bot",
        mode: Mode = Mode.FAST,
        per_second: int | None = None,
    ) -> None:
        bot = User(id=int(token.partition(":")[0]), first_name=bot_name, username=bot_username, is_bot=True)
        super().__init__(clock, bot)
        self.token = token
        self.set_mode(mode, per_second)
        self.updates = UpdateQueue()
        self.menus = CommandMenus()
        self.faults = Faults()
        self.network = Network()
        self.sent = SentLog()
        self.queries: dict[str, CallbackQuery] = {}
        self.description = ""  #: what an empty chat says about the bot
        self._query_ids = count(1)
        self._opened = clock.now()

    def set_mode(self, mode: Mode, per_second: int | None = None) -> None:
        """Counts what the bot sends from now on as this mode does.

        Raises:
            ValueError: a rate was given for the strict mode, or is not positive.
        """
        self.limits: FloodLimits | None = limits_of(mode, per_second)
        self.mode = mode
        self.per_second = per_second
        self.changes.publish("mode", self.shown_mode)

    def shown_mode(self) -> dict[str, object]:
        """How the sandbox counts, for the page."""
        return {"mode": self.mode.value, "per_second": self.per_second}

    def say(
        self,
        chat: Chat,
        text: str,
        *,
        sender: User | None = None,
        topic_id: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """A person (the sandbox's own unless ``sender`` is given) writes ``text``; the bot is told if it may know.

        Raises:
            NotAllowedError: the text is empty, or the person cannot write here.
        """
        author = sender or self._author(chat)
        self._check_may_write(chat, author, text)
        replied = self.message(chat, reply_to)
        if replied is not None and topic_id is None:
            topic_id = replied.topic_id
        self.acquainted.add(chat.id)
        visible_author = None if chat.kind is ChatKind.CHANNEL else author
        message = self.post(chat, visible_author, plain(text), topic_id=topic_id, reply_to=reply_to)
        self._tell_bot(message)
        self.tell_chat(chat)
        return message

    def _author(self, chat: Chat) -> User:
        return self.users[chat.id] if chat.kind is ChatKind.PRIVATE else self.person

    def _check_may_write(self, chat: Chat, author: User, text: str) -> None:
        if not text.strip():
            raise NotAllowedError("an empty message cannot be sent")
        if chat.moved_to is not None:
            raise NotAllowedError("the group was upgraded; write in the supergroup")
        if chat.kind is ChatKind.PRIVATE and chat.role(self.bot.id) in ABSENT:
            raise NotAllowedError("the bot is blocked; unblock it first")
        if chat.kind is ChatKind.CHANNEL and chat.role(author.id) not in IN_CHARGE:
            raise NotAllowedError("only administrators post in a channel")

    def _tell_bot(self, message: Message) -> None:
        chat = self.chats[message.chat_id]
        if reaches_bot(message, chat, self.bot, self.message(chat, message.reply_to)):
            kind = "channel_post" if chat.kind is ChatKind.CHANNEL else "message"
            self.updates.push(kind, self.api_message(message))

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
                "from": wire.user_json(sender or self._author(chat)),
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

    def set_description(self, description: str) -> None:
        """What an empty chat says about the bot, set by the bot; empty for nothing."""
        self.description = description
        self.changes.publish("description", lambda: {"description": description})

    def set_bot_role(self, chat: Chat, role: Role) -> None:
        """Blocks or unblocks the bot, adds, promotes or removes it; the bot is told by ``my_chat_member``."""
        before = chat.role(self.bot.id)
        if before is role:
            return
        chat.roles[self.bot.id] = role
        self._tell_own_role(chat, before)
        self._note_membership(chat, before, role)
        self.tell_chat(chat)

    def _tell_own_role(self, chat: Chat, before: Role) -> None:
        role = chat.role(self.bot.id)
        self.updates.push(
            "my_chat_member",
            {
                "chat": wire.chat_json(chat),
                "from": wire.user_json(self._author(chat)),
                "date": wire.unix(self.clock.now()),
                "old_chat_member": wire.member_json(self.bot, before, chat.kind),
                "new_chat_member": wire.member_json(self.bot, role, chat.kind),
            },
        )

    def _note_membership(self, chat: Chat, before: Role, after: Role) -> None:
        """The line a group shows when somebody comes or goes."""
        if chat.kind not in {ChatKind.GROUP, ChatKind.SUPERGROUP} or (before in ABSENT) is (after in ABSENT):
            return
        event = ServiceEvent.LEFT if after in ABSENT else ServiceEvent.JOINED
        self._tell_bot(self.post(chat, self.person, service=Service(event=event, user=self.bot)))

    def set_own_role(self, chat: Chat, role: Role) -> None:
        """Makes the person creator, administrator or ordinary member of a group or channel."""
        chat.roles[self.person.id] = role
        self.tell_chat(chat)

    def set_topic_closed(self, chat: Chat, topic_id: int, *, is_closed: bool) -> None:
        """Closes or reopens a topic of a forum.

        Raises:
            NotAllowedError: the chat has no such topic.
        """
        topic = (chat.topics or {}).get(topic_id)
        if topic is None:
            raise NotAllowedError(f"there is no topic {topic_id} in {chat.title}")
        if topic.is_closed is not is_closed:
            topic.is_closed = is_closed
            event = ServiceEvent.TOPIC_CLOSED if is_closed else ServiceEvent.TOPIC_REOPENED
            self._tell_bot(self.post(chat, self.person, service=Service(event=event), topic_id=topic_id))
            self.tell_chat(chat)

    def upgrade(self, chat: Chat) -> Chat:
        """Turns a basic group into a supergroup with another id and returns that.

        Raises:
            NotAllowedError: the chat is no basic group, or no longer one.
        """
        if chat.kind is not ChatKind.GROUP or chat.moved_to is not None:
            raise NotAllowedError(f"{chat.title} is not a basic group")
        new = Chat(id=-1_000_000_000_000 + chat.id, kind=ChatKind.SUPERGROUP, title=chat.title, roles=dict(chat.roles))
        self.keep_chat(new)
        chat.moved_to = new.id
        self.tell_chat(chat)
        self.tell_chat(new)
        leaving = Service(event=ServiceEvent.MOVED_TO, chat_id=new.id)
        arriving = Service(event=ServiceEvent.MOVED_FROM, chat_id=chat.id)
        self._tell_bot(self.post(chat, self.person, service=leaving))
        self._tell_bot(self.post(new, self.person, service=arriving))
        return new

    def start_over(self) -> None:
        """Empties the chats and forgets the others; menus and description stay: a bot sets them as it starts.

        As with a history deleted in Telegram's app, the bot may go on writing to people who once wrote to it; it is
        told that it is let in again where it had been shut out.
        """
        shut_out = {chat.id: role for chat in self.chats.values() if (role := chat.role(self.bot.id)) in ABSENT}
        self._populate()
        self._opened = self.clock.now()
        self.queries.clear()
        self.updates.drop_all()
        for chat_id in shut_out.keys() & self.chats.keys():
            self._tell_own_role(self.chats[chat_id], shut_out[chat_id])
        self.faults.clear()
        self.network = Network()
        self.sent.clear()
        self.changes.publish("reset", dict)

    async def wait_until(self, is_so: Callable[[], bool], within: timedelta = PATIENCE) -> None:
        """Waits, in real time, until ``is_so()`` after some change.

        Raises:
            TimeoutError: it did not become so.
        """
        with self.changes.watching() as changes:
            async with asyncio.timeout(within.total_seconds()):
                while not is_so():
                    await changes.get()

    async def wait_for_messages(
        self, chat: Chat, number: int = 1, *, after: Message | None = None, within: timedelta = PATIENCE
    ) -> list[Message]:
        """The bot's messages in ``chat`` (later than ``after``), once there are ``number`` of them.

        Raises:
            TimeoutError: fewer came; what came is shown.
        """

        def found() -> list[Message]:
            past = after.id if after else 0
            return [message for message in self.messages(chat) if message.by_bot and message.id > past]

        try:
            await self.wait_until(lambda: len(found()) >= number, within)
        except TimeoutError:
            texts = [message.text for message in found()]
            raise TimeoutError(f"expected {number} messages in {chat.title}, got {len(texts)}: {texts}") from None
        return found()

    async def ask(self, chat: Chat, text: str, number: int = 1, *, within: timedelta = PATIENCE) -> list[Message]:
        """Says ``text`` and waits for the bot's ``number`` answers."""
        said = self.say(chat, text)
        return await self.wait_for_messages(chat, number, after=said, within=within)

    def close(self) -> None:
        """Ends every wait of pages and pollers, so that a server can stop."""
        self.updates.close()
        self.changes.close()

    def open(self) -> None:
        """Lets pages and pollers wait again."""
        self.updates.open()
        self.changes.open()

    def page(self) -> dict[str, object]:
        """Everything an opening page needs to show."""
        return {
            "session": f"{self._opened:%Y%m%dT%H%M%S%f}",
            "bot": wire.user_json(self.bot),
            "person": wire.user_json(self.person),
            "chats": [self.shown_chat(chat) for chat in self.shown_chats()],
            "messages": [self.shown_message(message) for chat in self.shown_chats() for message in self.messages(chat)],
            "menus": self.shown_menus(),
            "description": self.description,
            "clock": self.shown_clock(),
            "mode": self.shown_mode(),
        }

    def shown_menus(self) -> dict[str, object]:
        """Each chat's command menu as the person sees it."""
        return {
            str(chat.id): [
                {"command": command.name, "description": command.description}
                for command in self.menus.shown(chat, self.person)
            ]
            for chat in self.shown_chats()
        }

    def shown_clock(self) -> dict[str, object]:
        """The sandbox's present and how far it is from real time, in milliseconds and seconds."""
        return {
            "now": int(self.clock.now().timestamp() * 1000),
            "offset": self.clock.offset.total_seconds(),
        }

    def tell_menus(self) -> None:
        """Tells the pages that the command menu has changed."""
        self.changes.publish("menus", self.shown_menus)

    def tell_clock(self) -> None:
        """Tells the pages that the clock was moved."""
        self.changes.publish("clock", self.shown_clock)
