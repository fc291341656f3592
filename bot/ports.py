"""What the desk asks of the world: a clock, articles, a sender and a store; and the values that pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from bot.chats import Chat, Kind, ShutOut
from bot.digest.alert import Alert
from bot.digest.model import Article, ArticleId, Digest, Report, Revision
from bot.digest.patching import Patch
from bot.digest.watched import Watch
from bot.errors import Problem
from bot.outbox import Broadcast, ChatId, MessageId, NextState, Outcome, Outgoing, PictureKey, Queued, RowId, State
from bot.stories import MAIN, News, StoryName, StoryTopic


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a chat is to get and to become; ``before`` is the chat that this was worked out for."""

    before: Chat
    after: Chat
    messages: tuple[Outgoing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreading:
    """News that is still to be told; ``reached`` is the last chat, by its id, that was gone through, None for none."""

    news: News
    reached: ChatId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """What the outbox holds: messages by state, and since when the oldest that is neither sent nor dead waits."""

    by_state: Mapping[State, int]
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDepth:
    """Work of one kind that waits, that is under way, and of the latter what a process had begun that lives no more."""

    waiting: int
    under_way: int
    stalled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A message that was given up: to whom, why and when."""

    message: Outgoing
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """How many chats something is kept of: by kind, and how many are subscribed, shut out and banned."""

    kinds: Mapping[Kind, int]
    subscribed: int
    shut_out: int
    banned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the bot stands with one chat."""

    chat: ChatId
    is_subscribed: bool
    is_shut_out: bool
    is_banned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An article as the library knows it; its report has the same ``number``, which counts arrivals from 1.

    ``fingerprint`` is another one whenever anything of the article differs. ``source`` names the folder that holds it,
    and whose articles leave when it does not hold them any more; None for one that stays whatever becomes of where
    it is from. ``places`` are the stories that it belongs to, each with a number that counts arrivals there: the
    article's source number is how many of those that are still there do not have a higher one.
    """

    number: int
    article: ArticleId
    fingerprint: str
    source: str | None = None
    places: Mapping[StoryName, int] = field(default_factory=dict)


def fingerprint(article: Article) -> str:
    """What tells an article from another, and from another version of itself."""
    moment = article.published.moment.astimezone(UTC)  # however its time zone was written
    content = astuple(replace(article, published=replace(article.published, moment=moment)))
    return blake2b(repr(content).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All articles there are, by number, and the first keys of all alerts that each story has given rise to.

    ``reader`` says which version of the reading code and which trackers made the reports, None when that cannot be
    told, or not everything that is kept can be read: another reader means that everything is to be read again.
    """

    reader: str | None = None
    filed: tuple[Filed, ...] = ()
    known: Mapping[StoryName, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What a step brings to one story.

    ``digest`` is the story's from then on, ``patch`` what makes it of the one before, packed; of the empty digest when
    it ``is_whole``. ``articles`` are the source numbers of what arrived or came in a new version. ``keys`` are the
    first keys of alerts that are known from now on; unless it is to be ``quiet``, ``alerts`` become news.
    """

    story: StoryName
    digest: Digest
    patch: str
    is_whole: bool = False
    articles: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    alerts: tuple[Alert, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the library is told at once. ``at`` is the Clock's time, UTC.

    ``filed`` are articles that are new or changed, or belong to other stories than before; ``reports`` packed by
    number, of those that were read. ``withdrawn`` are the numbers of what leaves. ``stories`` are those that are no
    longer as they were. ``reader`` is set when everything was read anew: no digest of another story is kept
    then. ``edition`` is the store's that the step was made from; None for whichever it is.
    """

    at: datetime
    filed: tuple[Filed, ...] = ()
    reports: Mapping[int, str] = field(default_factory=dict)
    withdrawn: tuple[int, ...] = ()
    stories: tuple[Growth, ...] = ()
    reader: str | None = None
    edition: int | None = None


class Packing(Protocol):
    """How a store writes down what other processes make; can be sent to them."""

    def report(self, report: Report) -> str:
        """A report as the store keeps it."""
        ...

    def read_report(self, text: str) -> Report:
        """The report that the store kept so.

        Raises:
            ValueError: it was kept by another version, or is damaged.
        """
        ...

    def revisions(self, text: str) -> tuple[Revision, ...]:
        """The revisions in a report that the store kept, whichever version of the program wrote the rest of it.

        Raises:
            ValueError: they are damaged.
        """
        ...

    def patch(self, patch: Patch) -> str:
        """What makes a digest of the one before, as the store keeps it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Telegram's limits as several processes share them.

    ``spacing`` is seconds between any two messages, ``chat_spacing`` between two to one chat; of replies a chat takes
    ``burst`` at once. ``group`` is messages a minute to a group or channel.
    """

    spacing: float
    chat_spacing: float
    burst: int
    group: int


class Clock(Protocol):
    """The time of day that briefings go by; in a sandbox it can be moved."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An article that could not be read; the others are."""

    problem: Problem

    def __str__(self) -> str:
        return str(self.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unable:
    """Where an article was to be read nothing can be; why."""

    reason: str


Readout = str | Unread | Unable  #: what reading an article came to: its report, packed, or why it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a person should know of an article that was read all the same, or set aside for its language."""

    where: str
    text: str
    is_aside: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class SourceKind(StrEnum):
    """What a source of articles is."""

    FEED = "feed"
    PAGE = "page"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A source somebody wants read; ``place`` is an address, or the path of a folder.

    ``private`` allows its host although it is not on the public internet.
    """

    kind: SourceKind
    place: str
    name: str
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask "has it changed since?" with; verbatim."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry of a feed that needs no further look while its ``stamp`` stays."""

    link: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One declared source with all that is remembered of it; moments are UTC.

    ``number`` tells it from the others, from 1, and comes from the store. ``by_operator`` tells a source that an
    operator added from one of the configuration. ``url`` is where it is now, when it moved for good. ``reason`` says
    why the last try failed, in words for a person; None when it did not. ``next_try`` None means at once. ``seen``
    holds the entries of the feed as it last was. ``articles`` counts what came from it, new versions too, the last of
    them at ``last_article``; ``set_aside`` counts what was not taken because of its language, in a folder what lies
    there so now. ``remarks`` is what the last look that had any found worth telling.
    """

    declared: Declared
    number: int = 0
    by_operator: bool = False
    paused: bool = False
    url: str | None = None
    last_try: datetime | None = None
    last_success: datetime | None = None
    reason: str | None = None
    next_try: datetime | None = None
    failures: int = 0
    validators: Validators = field(default_factory=Validators)
    seen: tuple[Seen, ...] = ()
    articles: int = 0
    last_article: datetime | None = None
    set_aside: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The address or the path to look at."""
        return self.url or self.declared.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a look at a source found. ``state`` is to be kept only once the articles are, or an interruption would lose
    them.

    ``folder`` names a folder whose articles are all here: one that is not here has left it. ``is_idle`` says that
    nothing changed but the time of the next look.
    """

    state: SourceState
    articles: tuple[Article, ...] = ()
    remarks: tuple[Unread | Notice, ...] = ()
    folder: str | None = None
    is_idle: bool = False


Looked = Findings | Unable  #: what a look came to


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look at a source that one process asked for and any may do: ``source`` is the number, ``asked`` tells it from
    another look at the same.
    """

    source: int
    asked: datetime
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTurn:
    """A turn at a host of the web, by its ``token``; None when it cannot be had now.

    Then ``rests`` says for how long the host is to be left alone, or ``wait`` when to ask again, None while it is
    another's turn. ``failures`` are those in a row.
    """

    token: int | None = None
    failures: int = 0
    rests: timedelta | None = None
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What somebody brought by hand: the articles read in it, and what a person should know of them.

    ``later`` says why something cannot be had now, and may be later.
    """

    articles: tuple[Article, ...] = ()
    remarks: tuple[Unread | Notice, ...] = ()
    later: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands at an address that somebody wants followed: a feed with its entries, or a page with an article.

    ``title`` is the feed's, or the article's.
    """

    declared: Declared
    title: str | None = None
    entries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """The feeds of a list that somebody sent, those of them that do not hold, and how many entries were no feeds."""

    sources: tuple[Declared, ...] = ()
    problems: tuple[Problem, ...] = ()
    passed_over: int = 0


class ArticleSource(Protocol):
    """Where articles come from."""

    @property
    def name(self) -> str:
        """What tells this source from another; the same at every start."""
        ...

    def articles(self) -> AsyncIterator[Article | Unread | Notice]:
        """Every article there is now, in a lasting order, or what is wrong with it."""
        ...


class Sender(Protocol):
    """The way to a chat. Whatever Telegram answers is a value."""

    async def send(self, message: Outgoing) -> Outcome:
        """Sends a new message, once."""
        ...

    async def edit(self, at: MessageId, message: Outgoing) -> Outcome:
        """Puts ``message`` in the place of one the bot sent; one that is there already counts as sent."""
        ...

    async def is_reachable(self) -> bool:
        """Whether Telegram answers at all and knows the bot; sends nothing."""
        ...


class Signs(Sender, Protocol):
    """The way to a person who waits. A sign that does not arrive is no loss, and nobody's error."""

    async def typing(self, chat: ChatId, thread: int | None) -> None:
        """Shows for five seconds, or until a message comes, that the bot writes."""
        ...

    async def note(self, message: Outgoing) -> MessageId | None:
        """Sends a message that is to be edited or taken back; None when it was not taken."""
        ...

    async def take_back(self, chat: ChatId, at: MessageId) -> None:
        """Deletes a message of the bot."""
        ...


class Turns(Protocol):
    """The limits on how fast messages may leave, as broadcasts see them: they take what replies leave."""

    async def wanted(self) -> int:
        """Returns, once too few messages wait for their turn to keep up the rate, how many more are wanted."""
        ...

    async def turn(self, chat: ChatId) -> None:
        """Returns when a message may be sent to ``chat``, which must happen then."""
        ...


class Looker(Protocol):
    """Who goes to the sources and reads what is there. Whatever goes wrong is a value."""

    async def look(self, state: SourceState) -> Findings:
        """Looks at a source once."""
        ...

    def unread(self, state: SourceState) -> None:
        """Takes back that a source was read: what was found there could not be kept."""
        ...

    async def find(self, address: str, name: str | None) -> Found | Problem:
        """What stands at an address that a person gave, with or without ``https://``."""
        ...

    async def read_link(self, address: str) -> Brought:
        """The article at an address that a person gave."""
        ...

    async def read_post(
        self, text: str, *, channel: str | None, sent: datetime, link: str | None, links: Sequence[str]
    ) -> Brought:
        """A forwarded post: an article itself, or the way to those that its links lead to.

        ``link`` is the post's own address; ``links`` are addresses behind its words.
        """
        ...

    async def read_file(self, name: str, body: bytes, received: datetime) -> Brought:
        """The article in a file, whose ending says what it is."""
        ...

    async def read_list(self, body: bytes, where: str) -> SourceList | Problem:
        """The feeds of an OPML file; ``where`` names it to a person."""
        ...

    def write_list(self, sources: Sequence[Declared], title: str) -> bytes:
        """The feeds among the sources as an OPML file."""
        ...

    def identity(self, declared: Declared) -> str:
        """What is the same for two declarations of one source, however their addresses are spelt."""
        ...


class IngestStore(Protocol):
    """What the news desk asks of the store."""

    @property
    def packing(self) -> Packing:
        """How reports and patches are to be written down for it."""
        ...

    @property
    def edition(self) -> int:
        """How often articles were changed by another process, as far as this one knows; 0 where there is no other."""
        ...

    async def library(self) -> Library:
        """All articles there are."""
        ...

    async def articles(self) -> Mapping[int, Article]:
        """The articles by number, to be read again; without those that cannot be made out any more."""
        ...

    async def packed_reports(self, numbers: Collection[int]) -> Mapping[int, str]:
        """Reports as they are kept, by number; from memory."""
        ...

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """The story's digest as last recorded; from memory."""
        ...

    async def record(self, step: Step) -> tuple[News, ...]:
        """Makes all of a step last at once, and returns the news that came of it; it costs what the step brings.

        Raises:
            OvertakenError: the step was made from another edition; nothing of it is kept.
        """
        ...

    async def pieces(self, story: StoryName) -> int:
        """In how many patches the digest is kept."""
        ...

    async def gather(self, story: StoryName, patch: str, edition: int | None = None) -> None:
        """Keeps the story's digest, which stays what it is, in one piece: packed, the patch of an empty digest.

        Raises:
            OvertakenError: the patch was made from another edition.
        """
        ...


class AnswerStore(Protocol):
    """What answering asks of the store."""

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """The story's digest as last recorded, an empty one of a story that is not there; from memory."""
        ...

    async def reports(self, story: StoryName = MAIN, numbers: Collection[int] | None = None) -> Mapping[int, Report]:
        """The reports of a story's articles as they are now, by their source numbers: of all, or of those given.

        One that is gone, or cannot be read any more, is left out.
        """
        ...


class SearchStore(AnswerStore, Protocol):
    """What looking words up asks of the store."""

    @property
    def packing(self) -> Packing:
        """How reports are written down in it."""
        ...

    async def packed_story(self, story: StoryName = MAIN) -> Mapping[int, str]:
        """The reports of a story's articles as they are kept, by their source numbers; from memory."""
        ...


class ChatStore(Protocol):
    """What subscriptions ask of the store."""

    async def chat(self, chat: ChatId) -> Chat | None:
        """What is kept about a chat."""
        ...

    async def change(self, chat: ChatId, change: Callable[[Chat], Chat], *, drops_waiting: bool = False) -> Chat:
        """Makes the chat what the pure ``change`` makes of it, a new one when it is unknown, and returns it.

        In the same step what waits for the chat is held back when it is shut out or banned now, let go when it is
        neither any more, and dropped on request. A new chat that ``change`` leaves as it was is not kept.
        """
        ...

    async def shut_out(self, chat: ChatId, shut: ShutOut) -> None:
        """Keeps everything of a chat that does not let the bot in, and holds back what waits for it.

        Of a chat that nothing is known of, nothing is kept.
        """
        ...

    async def let_in(self, chat: ChatId) -> None:
        """Lets go what was held back."""
        ...

    async def move(self, chat: ChatId, to: ChatId) -> None:
        """Rewrites the chat's id everywhere; what the new id already chose for itself stays."""
        ...

    async def forget(self, chat: ChatId) -> None:
        """Deletes everything about a chat: what it chose, what waits for it, and what it was sent.

        It is gone from the disk too, not only from what can be asked. That it is banned is kept.
        """
        ...

    async def is_banned(self, chat: ChatId) -> bool:
        """Whether the operators want nothing to do with the chat; from memory."""
        ...

    async def shut_out_before(self, moment: datetime) -> tuple[ChatId, ...]:
        """The chats, not banned, that have not let the bot in since before ``moment``."""
        ...


class BriefingStore(Protocol):
    """What the daily briefings ask of the store."""

    async def subscribed(self) -> tuple[Chat, ...]:
        """Every chat with a schedule, shut out or not."""
        ...

    async def due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """Up to ``most`` chats, not shut out, whose ``next_due`` is not after ``now``; those due longest first."""
        ...

    async def brief(self, planned: Sequence[Planned], now: datetime) -> int:
        """Changes the chats and queues their messages in one step, and returns for how many that was done.

        Left out, each by itself, is a chat that is not as it was ``before`` any more.
        """
        ...

    async def next_due(self) -> datetime | None:
        """The earliest ``next_due`` of a chat that is not shut out."""
        ...

    async def zone_rules(self) -> str | None:
        """The version of the time zones' rules that every ``next_due`` was derived by; None when it is not known."""
        ...

    async def record_zone_rules(self, version: str) -> None:
        """Notes that every ``next_due`` follows from this version."""
        ...


class StoryStore(Protocol):
    """What following stories asks of the store."""

    async def topics(self) -> tuple[StoryTopic, ...]:
        """The stories that operators declared, in the order in which they did."""
        ...

    async def keep_topic(self, topic: StoryTopic) -> None:
        """Keeps a story, in the place of one of its name."""
        ...

    async def drop_topic(self, name: StoryName) -> bool:
        """Forgets a story that an operator declared; False when there is none of this name."""
        ...

    async def dismissed(self) -> tuple[Watch, ...]:
        """The words of stories that were proposed and are not wanted."""
        ...

    async def dismiss(self, words: Watch) -> None:
        """Notes that a story of these words is not wanted."""
        ...

    async def followers(self, gone_but: Collection[StoryName]) -> tuple[ChatId, ...]:
        """The chats that want briefings or alerts of a story that is none of these; in order of ids, from memory."""
        ...

    async def chats(self, ids: Sequence[ChatId]) -> tuple[Chat, ...]:
        """Chats by their ids; none of one that is not known."""
        ...

    async def brief(self, planned: Sequence[Planned], now: datetime) -> int:
        """Changes the chats and queues their messages in one step, and returns for how many that was done."""
        ...

    async def articles(self) -> Mapping[int, Article]:
        """Every article of the library by number."""
        ...

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """A story's digest; from memory."""
        ...

    async def recent_news(self, story: StoryName, most: int) -> tuple[News, ...]:
        """Up to ``most`` news of a story, the newest first, spread or not."""
        ...


class NewsStore(Protocol):
    """What telling chats of a story's news asks of the store.

    Whoever records articles records their `News` in the same step; it is pending until it was spread.
    """

    async def pending_news(self) -> Spreading | None:
        """The news of the lowest number that is not spread."""
        ...

    async def listeners(self, story: StoryName) -> tuple[ChatId, ...]:
        """The chats that follow a story, switched alerts on and are not closed; in order of ids, from memory."""
        ...

    async def watchers(self, story: StoryName) -> Mapping[Watch, Collection[ChatId]]:
        """What the listeners of a story watch for, and which of them; from memory."""
        ...

    async def chats(self, ids: Sequence[ChatId]) -> tuple[Chat, ...]:
        """These chats, in this order, without those that are gone."""
        ...

    async def reports(self, story: StoryName, numbers: Collection[int]) -> Mapping[int, Report]:
        """The reports of a story's articles, by their source numbers, as they are now; none of one that is gone."""
        ...

    async def tell(self, planned: Sequence[Planned], of: Spreading, reached: ChatId, now: datetime) -> bool:
        """Changes the chats, queues their messages and notes how far the news is spread, in one step.

        False, and nothing is done, when a chat is not as it was ``before`` any more, or the news is no longer pending
        and spread just as far as ``of`` says: others told of it meanwhile.
        """
        ...

    async def end_news(self, number: int, *, keep: bool) -> None:
        """Notes that everybody has been told; the news itself is dropped unless it is to ``keep``."""
        ...

    async def news(self, numbers: Collection[int]) -> Mapping[int, News]:
        """These news by their numbers; none of what is not kept any more."""
        ...

    async def recent_news(self, story: StoryName, most: int) -> tuple[News, ...]:
        """Up to ``most`` news of a story, the newest first, spread or not."""
        ...

    async def held_due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """Up to ``most`` chats, not closed, whose held alerts are due at ``now``; those due longest first."""
        ...

    async def brief(self, planned: Sequence[Planned], now: datetime) -> int:
        """As `BriefingStore.brief`, for alerts that were held."""
        ...

    async def prune_news(self, before: datetime) -> int:
        """Drops news that is spread and was recorded before a moment, and counts it."""
        ...


class OutboxStore(Protocol):
    """What delivery asks of the store. ``now`` is real time, which a moved clock does not change."""

    async def claim(self, most: int, now: datetime) -> tuple[Queued, ...]:
        """Takes up to ``most`` messages, to be sent by this process; need not be lasting.

        Of each chat that is not paused and has none taken or begun: the first, when its pause is over. Those queued
        longest come first. A taken message may wait long for its turn, so it stays ``PENDING``.
        """
        ...

    async def begin(self, rows: Collection[RowId], now: datetime) -> frozenset[RowId]:
        """Marks claimed messages as being sent, and returns once that is lasting which of them still are to be sent.

        Left out are those of a chat that was paused, moved or unsubscribed since they were claimed: they are no
        longer taken.
        """
        ...

    async def settle(self, queued: Queued, state: NextState, now: datetime, notices: Sequence[Outgoing] = ()) -> None:
        """Records what became of a claimed message and queues ``notices``, in one step.

        Settling twice, or what is no longer being sent, changes nothing.
        """
        ...

    async def release(self, rows: Collection[RowId], now: datetime) -> None:
        """Returns messages that were claimed or begun and certainly never sent."""
        ...

    async def recover(self, now: datetime) -> int:
        """Returns what a process that ended had begun and not settled, each with one more doubt, and counts it.

        One that has had its doubts already dies. What was only claimed was certainly not sent, and has no new doubt.
        """
        ...

    async def wait_for_work(self, within: timedelta) -> None:
        """Returns once something was queued, resumed or settled since the last claim, or after ``within``."""
        ...

    async def prune(self, sent_before: datetime, dead_before: datetime) -> int:
        """Drops what was sent and what died before these moments, and counts it."""
        ...

    async def depth(self) -> Depth:
        """What the outbox holds; from memory."""
        ...

    async def lost(self, most: int) -> tuple[Lost, ...]:
        """The messages given up, the newest first."""
        ...


class BroadcastStore(Protocol):
    """What broadcasts ask of the store."""

    async def draft(self, html: str, now: datetime) -> Broadcast:
        """A new broadcast that is not sent yet; it takes the place of other drafts."""
        ...

    async def broadcasts(self) -> tuple[Broadcast, ...]:
        """Every broadcast that is not over, the oldest first."""
        ...

    async def change_broadcast(self, number: int, change: Callable[[Broadcast], Broadcast]) -> Broadcast | None:
        """Makes a broadcast what the pure ``change`` makes of it; None when there is none of this number."""
        ...

    async def recipients(self, now: datetime) -> tuple[ChatId, ...]:
        """The chats that want briefings or alerts, let the bot in, are not banned or silent now; in order of ids."""
        ...

    async def spread(self, number: int, messages: Sequence[Outgoing], after: Broadcast, now: datetime) -> bool:
        """Queues messages of a broadcast and makes it ``after``, in one step; False when it is not being sent.

        Left out is a chat that was forgotten or closed meanwhile.
        """
        ...

    async def reach(self, key: str) -> Mapping[State, int]:
        """How many messages were queued under a broadcast's key, by state; from memory."""
        ...

    async def call_back(self, key: str) -> int:
        """Drops the messages of a broadcast that are not sent and not being sent, and counts them."""
        ...

    async def end_broadcast(self, number: int) -> None:
        """Deletes a broadcast that is over."""
        ...


class SourceStore(Protocol):
    """What following sources asks of the store."""

    async def sources(self) -> tuple[SourceState, ...]:
        """Every source that is followed, by number; from memory."""
        ...

    async def settle_sources(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Makes these all the sources there are, and returns them; those without a number get one never used before."""
        ...

    async def add_sources(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Adds sources, and returns them with their numbers."""
        ...

    async def change_source(self, number: int, change: Callable[[SourceState], SourceState]) -> SourceState | None:
        """Makes a source what the pure ``change`` makes of it; None when there is none of this number."""
        ...

    async def remove_source(self, number: int) -> SourceState | None:
        """Follows a source no more, and returns what was known of it; None when there is none of this number."""
        ...


class OperatorStore(Protocol):
    """What operators ask of the store."""

    @property
    def size(self) -> int:
        """Bytes on disk."""
        ...

    async def trouble(self) -> str | None:
        """Why nothing can be written, in words; None when it can."""
        ...

    async def census(self) -> Census:
        """How many chats there are."""
        ...

    async def standings(self, first: int, most: int) -> tuple[Standing, ...]:
        """Up to ``most`` chats from the ``first`` on (0), the largest ids first."""
        ...

    async def depth(self) -> Depth:
        """What the outbox holds; from memory."""
        ...

    async def lost(self, most: int) -> tuple[Lost, ...]:
        """The messages given up, the newest first."""
        ...

    async def backup(self, to: Path) -> None:
        """Writes a consistent copy to a new file while work goes on.

        Raises:
            OSError: the file exists or cannot be written.
        """
        ...


class RateStore(Protocol):
    """What the limits on sending ask of a store that several processes share. Real time, by the store's clock."""

    async def take_turns(self, chats: Sequence[int | str], pace: Pace, *, is_reply: bool) -> tuple[timedelta, ...]:
        """For each chat, in order: nothing, when a message may be sent now and counts as sent, or how long to wait.

        Replies go before all others, whichever process asks.
        """
        ...

    async def refused(self, chat: int | str, pause: timedelta) -> None:
        """Telegram asked for a pause: the chat waits in every process, and after two chats within a second all do."""
        ...


class UpdateStore(Protocol):
    """Which of Telegram's updates were taken, by whichever of several processes. Real time, by the store's clock."""

    async def take_update(self, bot: int, update: int) -> bool:
        """Whether this update to this bot is taken now; False when it was before, by whichever process."""
        ...

    async def prune_updates(self) -> int:
        """Forgets updates that Telegram does not repeat any more, and counts them."""
        ...


class LeaseStore(Protocol):
    """What work that only one process may do asks of a store that several share. Real time, by the store's clock."""

    async def hold(self, name: str, held: int | None, span: timedelta) -> int | None:
        """Renews the lease that has the token ``held``; without one, takes a lease that is free or ran out.

        Returns its token, a higher one for each new holder, for ``span``; None when somebody else has it.
        """
        ...

    async def is_held(self, name: str, token: int) -> bool:
        """Whether the lease of this token still holds; asked right before what nobody else may do as well."""
        ...

    async def give_up(self, name: str, token: int) -> None:
        """Lets another have it at once."""
        ...


class ReadingStore(Protocol):
    """What reading asks of a store that several processes share: whoever has time reads, for whoever asked.

    ``reader`` is the version of the reading code and the trackers, ``mark`` an article's fingerprint.
    """

    async def have_read(
        self, reader: str, articles: Mapping[str, Article], *, is_urgent: bool, is_lasting: bool
    ) -> None:
        """Records articles, by mark, as waiting to be read, and queues them in the same step, urgent before others.

        What waits or was read already is not queued again. ``is_lasting``: they are to be filed, by whoever lives.
        """
        ...

    async def readouts(self, reader: str, marks: Collection[str]) -> Mapping[str, Readout | None]:
        """What became of those that were asked for, by mark; None for one that still waits."""
        ...

    async def wait_for_readouts(self, within: timedelta) -> None:
        """Returns once something was read by anybody, or after ``within``."""
        ...

    async def drop_readings(self, marks: Collection[str]) -> None:
        """Forgets articles that wait or were read. Those that a step records are forgotten with it."""
        ...

    async def read_for_all(
        self, reader: str, read: Callable[[Article, bool], Awaitable[Readout]], at_once: int
    ) -> None:
        """Reads what waits, the urgent (``True``) before all else, until cancelled.

        What this process has not finished when it is cancelled or dies another one reads.
        """
        ...

    async def left_behind(self, most: int) -> Mapping[str, Article]:
        """Articles that were to be filed by processes that live no more, by mark, the longest waiting first."""
        ...

    async def reading_depth(self) -> WorkDepth:
        """How much waits to be read."""
        ...


class LookStore(Protocol):
    """What looking at sources asks of a store that several processes share: one asks, whoever has time looks."""

    async def have_looked(self, states: Sequence[SourceState]) -> None:
        """Records that these sources are to be looked at, and queues a look at each in the same step.

        One that is being looked at, or is not in this state any more, is passed over.
        """
        ...

    async def looks(self) -> tuple[Look, ...]:
        """The looks that were asked for and are not noted yet, the longest waiting first."""
        ...

    async def found(self, look: Look) -> Looked | None:
        """What a look that is done found; None when there is none such any more."""
        ...

    async def note_look(self, look: Look, change: Callable[[SourceState], SourceState]) -> SourceState | None:
        """Makes a source what the pure ``change`` makes of it, and forgets the look, in one step.

        None, and nothing happens, when the look was noted already; None too when the source is followed no more.
        """
        ...

    async def forget_look(self, look: Look) -> None:
        """Forgets a look at a source that is followed no more; one that is followed after all keeps it."""
        ...

    async def look_for_all(self, look: Callable[[SourceState], Awaitable[Looked]], at_once: int) -> None:
        """Looks at what is to be looked at, until cancelled.

        What this process has not finished when it is cancelled or dies another one looks at.
        """
        ...

    async def looking_depth(self) -> WorkDepth:
        """How many looks wait to be done."""
        ...


class RebuildStore(Protocol):
    """What work on all stories at once asks of a store that several processes share: any does it, one at a time.

    What was begun by a process that dies, or is cancelled, another does. ``reader`` is the version of the reading code.
    """

    async def have_rebuilt(self, reader: str) -> Unable | None:
        """Records that everything is to be read again and all stories built anew, and queues that in the same step,
        unless it is waited for already; returns once it is done, or why it cannot be.
        """
        ...

    async def until_regrouped(self) -> Unable | None:
        """Returns once every article belongs to the stories that are declared now, or why that cannot be done.

        That it is to be done is recorded and queued in the step that changes what operators declared.
        """
        ...

    async def rebuild_for_all(
        self,
        reader: str,
        rebuild: Callable[[], Awaitable[Unable | None]],
        regroup: Callable[[], Awaitable[Unable | None]],
    ) -> None:
        """Does whichever of the two waits, until cancelled."""
        ...


class HostStore(Protocol):
    """Whose turn it is to ask a host of the web, of all requests of several processes. Real time, by the store's clock.

    A process that lives no more has no turn.
    """

    async def take_host(self, host: str, span: timedelta) -> HostTurn:
        """Takes a turn at a host for ``span`` at most, when it can be had now; else says why not."""
        ...

    async def leave_host(
        self, host: str, token: int, pause: timedelta, failures: int | None, rest: timedelta | None
    ) -> None:
        """Ends a turn: ``pause`` is left before the next, and ``rest`` when the host is to be left alone.

        ``failures`` are those in a row so far; None when it is not known what came of the request. A turn that is
        another's by now stays so.
        """
        ...

    async def prune_hosts(self) -> int:
        """Forgets hosts that were not asked for days, and counts them."""
        ...


class SharedStore(RateStore, UpdateStore, LeaseStore, ReadingStore, LookStore, RebuildStore, HostStore, Protocol):
    """What processes that share one store ask of it beside everything else."""


class PictureStore(Protocol):
    """What pictures ask of the store: each is kept once, with the ids under which Telegram has it for a bot."""

    async def keep_picture(self, key: PictureKey, png: bytes, now: datetime) -> None:
        """Keeps a picture, before any message that shows it is queued; one that is there stays as it is."""
        ...

    async def picture(self, key: PictureKey) -> bytes | None:
        """The PNG; None for one that is not kept (any more)."""
        ...

    async def file_id(self, key: PictureKey, bot: int) -> str | None:
        """Under which id Telegram has the picture for this bot; from memory."""
        ...

    async def keep_file_id(self, key: PictureKey, bot: int, file_id: str | None) -> None:
        """Notes the id, or with None that there is none any more; of a picture that is not kept, nothing."""
        ...

    async def prune_pictures(self, before: datetime) -> int:
        """Drops the pictures kept since before a moment, and counts them."""
        ...


class Store(
    IngestStore,
    SearchStore,
    ChatStore,
    BriefingStore,
    NewsStore,
    StoryStore,
    OutboxStore,
    BroadcastStore,
    SourceStore,
    OperatorStore,
    PictureStore,
    Protocol,
):
    """All of it, for the one place that hands it out."""
