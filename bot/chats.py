"""What a chat has chosen: when to be briefed and when to be left alone, what to be told and how."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import IntEnum, StrEnum

from bot.digest.alert import AlertKind
from bot.digest.watched import Watch
from bot.outbox import ChatId
from bot.stories import MAIN, StoryName

ALERT_CAP = 5  #: alerts a local day, until a chat chooses another number
WATCHED_KEPT = 20  #: sentences with watched words that a chat is known to have met
STORIES_KEPT = 10  #: of which a chat's mark is kept when it follows another
MOST_SCHEDULES = 6  #: a chat; who wants more wants alerts


FIRST_SUPERGROUP = -1_000_000_000_000  #: ids from here on down are supergroups' and channels', as Telegram gives them


class Kind(StrEnum):
    """What sort of chat an id tells of."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup or channel"


class Weekday(IntEnum):
    """A day of the week, numbered as Python's ``date.weekday`` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


EVERY_DAY = tuple(Weekday)
WEEKDAYS = EVERY_DAY[:5]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A briefing that a chat wants: at a local time of day, on some days of the week, in order and at least one.

    A chat has one schedule at most for each time of day, so the time tells its schedules apart. ``since`` is the
    moment it was chosen: nothing before is owed. ``done`` is the last local day whose briefing is queued or was
    skipped for a newer one.

    Raises:
        ValueError: no day, or days out of order.
    """

    at: time
    days: tuple[Weekday, ...] = EVERY_DAY
    since: datetime
    done: date | None = None

    def __post_init__(self) -> None:
        if not self.days or list(self.days) != sorted(set(self.days)):
            raise ValueError(f"expected days of the week, each once and in order, got {self.days}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Local hours in which nothing comes that was not asked for at that time; across midnight when they end earlier.

    ``urgent_passes`` lets urgent alerts through.

    Raises:
        ValueError: the hours begin when they end.
    """

    begins: time
    ends: time
    urgent_passes: bool = False

    def __post_init__(self) -> None:
        if self.begins == self.ends:
            raise ValueError(f"expected quiet hours that end at another time than they begin, got {self.begins}")


class Section(StrEnum):
    """A part of a briefing."""

    SUMMARY = "summary"
    FIGURES = "figures"
    TIMELINE = "timeline"
    CONFLICTS = "conflicts"


class Length(StrEnum):
    """How much of each section a briefing shows."""

    SHORT = "short"
    FULL = "full"


class Theme(StrEnum):
    """The colours of pictures."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Whether one picture a week comes with a briefing, and in which colours all of them are drawn."""

    weekly: bool = False
    theme: Theme = Theme.LIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Whether the chat is told between briefings when a figure or an event changes, and how often a local day.

    ``watches`` are told whatever ``kinds`` says, while alerts are on.
    """

    on: bool = False
    cap: int = ALERT_CAP
    kinds: tuple[AlertKind, ...] = tuple(AlertKind)
    watches: tuple[Watch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a chat is told, and how; ``trackers`` are names, None all of them; ``silent`` makes no sound.

    ``language`` is the code of one that the bot speaks, None for that of whoever writes.
    """

    sections: tuple[Section, ...] = (Section.SUMMARY, Section.FIGURES, Section.TIMELINE)
    trackers: tuple[str, ...] | None = None
    length: Length = Length.FULL
    silent: bool = False
    alerts: Alerts = Alerts()
    quiet: Quiet | None = None
    pictures: Pictures = Pictures()
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """The chat asked for silence, until a moment or until it says otherwise."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutOut:
    """The chat does not let the bot in: why, and since when."""

    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How much of which story the chat's last briefing covered."""

    story: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlert:
    """An alert that waits for a chat: the number of the news that brought it, and its first key."""

    news: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What of a story's alerts a chat has been told, so that none comes twice and no day holds too many.

    ``told`` counts those of the local day ``day``. ``last`` is when the last were told, UTC. ``held`` wait for the end
    of quiet hours or of a burst, until ``due``, UTC. ``waiting`` counts those that the cap kept back since this was
    last said. ``watched`` are the keys of the newest sentences with watched words that the chat met, the newest last,
    at most ``WATCHED_KEPT``; all other alerts are kept from coming twice by the story itself.
    """

    day: date | None = None
    told: int = 0
    last: datetime | None = None
    held: tuple[HeldAlert, ...] = ()
    due: datetime | None = None
    waiting: int = 0
    watched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """All that is kept about a chat; one document, so that its parts change together.

    ``zone`` is an IANA name, None until the chat has told one; schedules need it. ``thread`` is the forum topic that
    briefings and alerts go to. ``banned`` is since when the operators want nothing to do with the chat. ``next_due`` is
    derived from everything else: when the chat's next briefing is owed. ``told`` is what its last briefing covered,
    ``told_before`` what the last one of each other story did, the latest last, at most ``STORIES_KEPT``. ``speaks`` is
    the language in which a chat that chose none is told what nobody asked for, and a group all it is told: of a private
    chat that of whoever set it last, of a group that of whoever set it first.
    ``pictured`` is the local day of the last briefing that came with a picture.
    """

    id: ChatId
    zone: str | None = None
    schedules: tuple[Schedule, ...] = ()
    thread: int | None = None
    choices: Choices = field(default_factory=Choices)
    away: Away | None = None
    shut_out: ShutOut | None = None
    banned: datetime | None = None
    told: Told | None = None
    told_before: tuple[Told, ...] = ()
    next_due: datetime | None = None
    story: StoryName = MAIN
    heard: Heard = Heard()
    speaks: str | None = None
    pictured: date | None = None


def told_of(chat: Chat, story: str) -> Told | None:
    """What the chat's last briefing of a story covered; None when it had none."""
    return next((told for told in (chat.told, *chat.told_before) if told is not None and told.story == story), None)


def having_told(chat: Chat, told: Told) -> Chat:
    """The chat after a briefing; the marks of other stories stay."""
    others = [*chat.told_before, *([] if chat.told is None else [chat.told])]
    kept = tuple(other for other in others if other.story != told.story)
    return replace(chat, told=told, told_before=kept[-STORIES_KEPT:])


def is_closed(chat: Chat) -> bool:
    """Whether nothing may be sent to the chat: it does not let the bot in, or is banned."""
    return chat.shut_out is not None or chat.banned is not None


def kind_of(chat: ChatId) -> Kind:
    """What the id alone tells."""
    if chat > 0:
        return Kind.PRIVATE
    return Kind.GROUP if chat > FIRST_SUPERGROUP else Kind.SUPERGROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """The words choose nothing: what was expected, what came, and an example that would be right."""

    expected: str
    got: str
    example: str


USUAL = Choices()  #: what a chat that chose nothing is told
