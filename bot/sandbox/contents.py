"""What the sandbox holds: people, chats, messages and files, in memory, with their changes told to who watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from bot.sandbox import wire
from bot.sandbox.changes import Changes
from bot.sandbox.clock import SandboxClock
from bot.sandbox.markup import FormattedText, with_detected
from bot.sandbox.world import (
    ABSENT,
    GROUP_ANONYMOUS_BOT,
    Attachment,
    Chat,
    ChatKind,
    Message,
    Role,
    Service,
    ServiceEvent,
    Topic,
    User,
)

GENERAL_TOPIC = 1  #: the id of every forum's General topic, which no message may name
UNSEEN = "unseen"  #: the kind of a change that no page shows
PERSON = User(id=1000001, first_name="You", username="you", language_code="en")
#: Others a person at the page may be: an administrator, a member, and an administrator who writes as the forum.
MARA = User(id=900001, first_name="Mara", username="mara_edits", language_code="en")
BEN = User(id=900002, first_name="Ben", language_code="en")
IRA = User(id=900003, first_name="Ira", username="ira_desk", language_code="uk")
FIRST_NEWCOMER = 1000003  #: the id of the first person who is added
ANONYMOUS = User(id=GROUP_ANONYMOUS_BOT, first_name="Group", username="GroupAnonymousBot", is_bot=True)


class Contents:
    """The chats a newcomer finds: one alone with the bot, a group, a forum of two topics and a channel.

    The person owns all of them; three others have their own chats with the bot and their parts in these.

    Args:
        clock: the time messages are stamped with.
        bot: the one bot, a member of every chat and the channel's administrator.
    """

    def __init__(self, clock: SandboxClock, bot: User) -> None:
        self.clock = clock
        self.bot = bot
        self.person = PERSON
        self.changes = Changes()
        self.acquainted: set[int] = set()  #: private chats whose person ever wrote to the bot, emptied since or not
        self._file_ids = count(1)
        self._populate()

    def _populate(self) -> None:
        self.users = {user.id: user for user in (self.bot, self.person, MARA, BEN, IRA)}
        self.people = [self.person, MARA, BEN, IRA]  #: whom one may be at the page
        self.deactivated: set[int] = set()  #: users whose accounts are deleted
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Attachment] = {}
        self._messages: dict[int, dict[int, Message]] = {}
        self._newcomers = count(FIRST_NEWCOMER)
        self.private = self._add_private_chat(self.person)
        self.group = self._add_chat(-4001, ChatKind.GROUP, "Newsroom")
        self.forum = self._add_chat(-1002000000001, ChatKind.SUPERGROUP, "Field desk")
        self.forum.topics = {}
        self.forum.last_message_id = GENERAL_TOPIC
        for name in ("Briefings", "Sources"):
            self._open_topic(self.forum, name)
        self.channel = self._add_chat(-1003000000001, ChatKind.CHANNEL, "Morning wire", username="morning_wire")
        self.channel.roles[self.bot.id] = Role.ADMINISTRATOR
        self.channel.roles[IRA.id] = Role.MEMBER
        for other in (MARA, BEN, IRA):
            self._add_private_chat(other)

    def add_person(self, first_name: str, language_code: str = "en") -> Chat:
        """Another person, with a private chat in which nothing was said yet."""
        user = User(id=next(self._newcomers), first_name=first_name, language_code=language_code)
        self.users[user.id] = user
        self.people.append(user)
        chat = self._add_private_chat(user)
        self.tell_people()
        self.tell_chat(chat)
        return chat

    def add_crowd(self, size: int) -> list[Chat]:
        """Private chats of so many people who have started the bot, for measuring: no page shows them."""
        crowd = []
        for _ in range(size):
            number = next(self._newcomers)
            user = User(id=number, first_name=f"Person {number}", language_code="en")
            self.users[user.id] = user
            chat = self._add_private_chat(user)
            chat.is_crowd = chat.is_started = True
            self.acquainted.add(chat.id)
            crowd.append(chat)
        return crowd

    def _add_private_chat(self, person: User) -> Chat:
        chat = Chat(
            id=person.id,
            kind=ChatKind.PRIVATE,
            title=person.first_name,
            username=person.username,
            roles={person.id: Role.MEMBER, self.bot.id: Role.MEMBER},
            is_started=False,
        )
        return self.keep_chat(chat)

    def _add_chat(self, chat_id: int, kind: ChatKind, title: str, username: str = "") -> Chat:
        roles = {
            self.person.id: Role.CREATOR,
            self.bot.id: Role.MEMBER,
            MARA.id: Role.ADMINISTRATOR,
            BEN.id: Role.MEMBER,
            IRA.id: Role.ADMINISTRATOR,
        }
        anonymous = {IRA.id} if kind is ChatKind.SUPERGROUP else set()
        chat = Chat(id=chat_id, kind=kind, title=title, username=username, roles=roles, anonymous=anonymous)
        return self.keep_chat(chat)

    def keep_chat(self, chat: Chat) -> Chat:
        """Adds an empty chat."""
        self.chats[chat.id] = chat
        self._messages[chat.id] = {}
        return chat

    def _open_topic(self, chat: Chat, name: str, opener: User | None = None) -> Message:
        service = Service(event=ServiceEvent.TOPIC_OPENED, title=name)
        opened = self.post(chat, opener or self.person, service=service, is_silent=True)
        assert chat.topics is not None
        chat.topics[opened.id] = Topic(id=opened.id, name=name)
        return self.replace(replace(opened, topic_id=opened.id))

    def messages(self, chat: Chat, topic_id: int | None = None) -> list[Message]:
        """All messages of a chat, or of one of its topics, oldest first."""
        kept = self._messages[chat.id].values()
        return [message for message in kept if topic_id is None or message.topic_id == topic_id]

    def message(self, chat: Chat, message_id: int | None) -> Message | None:
        """One message as it stands now; None if it never was or is deleted."""
        return self._messages[chat.id].get(message_id) if message_id is not None else None

    def post(
        self,
        chat: Chat,
        sender: User | None,
        content: FormattedText | None = None,
        *,
        topic_id: int | None = None,
        reply_to: int | None = None,
        service: Service | None = None,
        is_silent: bool = False,
        finish: Callable[[Message], Message] = lambda message: message,
    ) -> Message:
        """Adds a message at the present moment; ``finish`` sets rarer fields. Tells the pages, not the bot."""
        chat.last_message_id += 1
        if not chat.is_started:
            chat.is_started = True
            self.tell_chat(chat)
        message = Message(
            id=chat.last_message_id,
            chat_id=chat.id,
            sender=sender,
            author_id=sender.id if sender else 0,
            date=self.clock.now(),
            content=with_detected(content or FormattedText(text="")),
            topic_id=topic_id,
            reply_to=reply_to,
            service=service,
            is_silent=is_silent,
        )
        return self.replace(finish(message))

    def replace(self, message: Message) -> Message:
        """Puts ``message`` where the one of its id was."""
        self._messages[message.chat_id][message.id] = message
        self._publish(message.chat_id, "message", lambda: self.shown_message(message))
        return message

    def _publish(self, chat_id: int, kind: str, payload: Callable[[], dict[str, object]]) -> None:
        """Tells of a change in a chat those who wait for one, and the pages unless they do not show the chat."""
        if self.chats[chat_id].is_crowd:
            self.changes.publish(UNSEEN, dict)
        else:
            self.changes.publish(kind, payload)

    def edit(self, message: Message) -> Message:
        """Puts ``message`` where the one of its id was, marked as edited now."""
        return self.replace(replace(message, edited=self.clock.now()))

    def pin(self, message: Message, pinner: User) -> None:
        """Puts a message on top of its chat, with the line that says so."""
        chat = self.chats[message.chat_id]
        chat.pinned = [*(other for other in chat.pinned if other != message.id), message.id]
        service = Service(event=ServiceEvent.PINNED, message_id=message.id)
        sender = None if chat.kind is ChatKind.CHANNEL else pinner
        self.post(chat, sender, service=service, topic_id=message.topic_id, is_silent=True)
        self.tell_chat(chat)

    def delete(self, message: Message) -> None:
        """Removes a message from everybody's sight."""
        del self._messages[message.chat_id][message.id]
        deleted: dict[str, object] = {"chat_id": message.chat_id, "message_id": message.id}
        self._publish(message.chat_id, "deleted", lambda: deleted)

    def keep_file(self, attachment: Attachment) -> Attachment:
        """Stores what the bot uploaded under a new id."""
        kept = replace(attachment, file_id=f"file{next(self._file_ids)}")
        self.files[kept.file_id] = kept
        return kept

    def api_message(self, message: Message) -> dict[str, object]:
        """The message as the Bot API shows it, with what it replies to or else the topic's first message."""
        chat = self.chats[message.chat_id]
        replied = self.message(chat, message.reply_to)
        if replied is None and message.topic_id != message.id:
            replied = self.message(chat, message.topic_id)
        shown = wire.message_json(message, self.chats, self.users, self.bot, replied)
        pinned = self.message(chat, message.service.message_id) if message.service else None
        if pinned is not None:
            shown["pinned_message"] = wire.message_json(pinned, self.chats, self.users, self.bot)
        return shown

    def shown_message(self, message: Message) -> dict[str, object]:
        """The message as the page needs it."""
        return self.api_message(message) | {
            "reply_to": message.reply_to,
            "is_silent": message.is_silent,
            "is_bots": message.by_bot,
            "author_id": message.author_id,
            "wants_reply": message.wants_reply,
            "keyboard": message.keyboard and wire.keyboard_json(message.keyboard),
        }

    def tell_people(self) -> None:
        """Tells the pages whom one may be."""
        self.changes.publish("people", lambda: {"people": self.shown_people()})

    def shown_people(self) -> list[dict[str, object]]:
        """Whom one may be at the page."""
        return [wire.user_json(person) | {"is_deactivated": person.id in self.deactivated} for person in self.people]

    def tell_chat(self, chat: Chat) -> None:
        """Tells the pages that a chat is there or has changed."""
        self._publish(chat.id, "chat", lambda: self.shown_chat(chat))

    def shown_chats(self) -> list[Chat]:
        """The chats that the page shows."""
        return [chat for chat in self.chats.values() if not chat.is_crowd]

    def shown_chat(self, chat: Chat) -> dict[str, object]:
        """The chat as the page needs it."""
        topics = None if chat.topics is None else [wire.topic_json(topic) for topic in chat.topics.values()]
        return {
            "id": chat.id,
            "kind": chat.kind.value,
            "title": self.bot.first_name if chat.kind is ChatKind.PRIVATE else chat.title,
            "members": sum(role not in ABSENT for role in chat.roles.values()),
            "roles": {str(user_id): role.value for user_id, role in chat.roles.items()},
            "anonymous": sorted(chat.anonymous),
            "bot_role": chat.role(self.bot.id).value,
            "is_started": chat.is_started,
            "topics": topics,
            "is_general_closed": chat.is_general_closed,
            "members_may_write": chat.members_may_write,
            "pinned": chat.pinned,
            "moved_to": chat.moved_to,
        }
