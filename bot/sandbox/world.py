"""What the sandbox is made of: people, chats, topics, messages and buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.sandbox.markup import FormattedText


class ChatKind(StrEnum):
    """The Bot API's chat types."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Role(StrEnum):
    """The Bot API's ``ChatMember`` statuses; a person who blocked the bot makes it ``KICKED``."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


#: Under this user the group's anonymous administrators write (Bot API, ``Message.from``).
GROUP_ANONYMOUS_BOT = 1087968824

ABSENT = frozenset({Role.LEFT, Role.KICKED})
IN_CHARGE = frozenset({Role.CREATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or the bot."""

    id: int
    first_name: str
    username: str = ""
    is_bot: bool = False
    language_code: str = ""


@dataclass(slots=True, kw_only=True)
class Topic:
    """A topic of a forum; its id is that of the service message that opened it."""

    id: int
    name: str
    is_closed: bool = False


@dataclass(slots=True, kw_only=True)
class Chat:
    """A chat and who is what in it."""

    id: int  #: negative for all but private chats, below -1,000,000,000,000 for supergroups and channels
    kind: ChatKind
    title: str  #: the person's first name in a private chat
    username: str = ""
    roles: dict[int, Role] = field(default_factory=dict)  #: by user id, the bot's too
    is_started: bool = True  #: in a private chat, whether anything was said since it was last emptied
    topics: dict[int, Topic] | None = None  #: by id, General left out; None if the chat is no forum
    moved_to: int | None = None  #: the supergroup this basic group became
    is_general_closed: bool = False  #: of a forum
    members_may_write: bool = True  #: in a group; administrators always may
    anonymous: set[int] = field(default_factory=set)  #: administrators who write as the supergroup itself
    pinned: list[int] = field(default_factory=list)  #: message ids, the newest last
    last_message_id: int = 0
    is_crowd: bool = False  #: one of many that no page shows

    def role(self, user_id: int) -> Role:
        """What ``user_id`` is here; ``LEFT`` if never seen."""
        return self.roles.get(user_id, Role.LEFT)

    def is_closed(self, topic_id: int | None) -> bool:
        """Whether a topic of a forum is closed; None is the General topic, and False for topics there are not."""
        if self.topics is None:
            return False
        if topic_id is None:
            return self.is_general_closed
        return topic_id in self.topics and self.topics[topic_id].is_closed

    @property
    def is_group(self) -> bool:
        """Whether it is a basic group or a supergroup."""
        return self.kind in {ChatKind.GROUP, ChatKind.SUPERGROUP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button; exactly one of ``data``, ``url``, ``copied`` and ``inline_query`` is set."""

    text: str
    data: str = ""
    url: str = ""
    copied: str = ""
    inline_query: str | None = None  #: the words put behind the bot's name in the input
    chooses_chat: bool = False  #: of an inline query: the person first chooses the chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a keyboard that stands below the input instead of the letters."""

    text: str
    asks_location: bool = False  #: sends where the person is; else the key's own text


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyboard:
    """The keys below the input; an empty one takes them away."""

    rows: tuple[tuple[Key, ...], ...] = ()
    is_one_time: bool = False
    hint: str = ""  #: stands in the empty input


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a forwarded message comes from."""

    chat_id: int
    message_id: int
    date: datetime
    sender: User | None  #: None for posts of a channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A photo or document that somebody sent."""

    file_id: str
    name: str
    media_type: str
    content: bytes
    is_photo: bool
    width: int = 0  #: pixels, photos only
    height: int = 0


class ServiceEvent(StrEnum):
    """What a service message tells; the values are the Bot API's field names."""

    JOINED = "new_chat_members"
    LEFT = "left_chat_member"
    TOPIC_OPENED = "forum_topic_created"
    TOPIC_CLOSED = "forum_topic_closed"
    TOPIC_REOPENED = "forum_topic_reopened"
    MOVED_TO = "migrate_to_chat_id"
    MOVED_FROM = "migrate_from_chat_id"
    PINNED = "pinned_message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service message's content; which field is set depends on the event."""

    event: ServiceEvent
    user: User | None = None  #: who joined or left
    title: str = ""  #: the topic's name
    chat_id: int = 0  #: the other end of a migration
    message_id: int = 0  #: what was pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it stands now; an edit makes a new value with the same id."""

    id: int
    chat_id: int
    sender: User | None  #: as shown; None for posts of a channel
    date: datetime
    author_id: int = 0  #: who really wrote it; only the page knows of anonymous administrators
    content: FormattedText  #: the caption if there is an attachment
    buttons: tuple[tuple[Button, ...], ...] = ()
    topic_id: int | None = None
    reply_to: int | None = None
    attachment: Attachment | None = None
    place: Place | None = None
    origin: Origin | None = None  #: of a forwarded message
    album_id: str = ""  #: the same for all of an album
    is_inline: bool = False  #: a person chose it from what the bot offered
    edited: datetime | None = None
    is_silent: bool = False
    is_protected: bool = False
    wants_reply: bool = False
    keyboard: Keyboard | None = None
    shows_preview: bool = True
    service: Service | None = None
    by_bot: bool = False

    @property
    def text(self) -> str:
        """The text without its markup."""
        return self.content.text

    def button(self, text: str) -> Button:
        """The button whose label contains ``text``.

        Raises:
            LookupError: there is none; the labels there are, are named.
        """
        labels = []
        for row in self.buttons:
            for button in row:
                if text in button.text:
                    return button
                labels.append(button.text)
        raise LookupError(f"expected a button with {text!r}, got {labels}")
