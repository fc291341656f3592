"""Puts the bot together, from the settings to the jobs; the only module that knows every concrete class."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import socket
import time
import tomllib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog
from pydantic import SecretStr
from telegram.error import InvalidToken, NetworkError
from telegram.helpers import create_deep_linked_url

from bot import jobs
from bot.asgi import LOOPBACK
from bot.desk.alerts import Alerts
from bot.desk.answers import Answers
from bot.desk.arrivals import Arrivals
from bot.desk.asking import SEARCH
from bot.desk.briefings import Briefings
from bot.desk.broadcasts import Broadcasts
from bot.desk.declaring import declared_stories
from bot.desk.delivery import Delivery
from bot.desk.exports import Exports
from bot.desk.following import Stories, find_story
from bot.desk.front import FrontDesk
from bot.desk.ingest import ingest
from bot.desk.inline import Offers
from bot.desk.leading import Lead, Leading
from bot.desk.newsdesk import Added, Newsdesk, OnProgress, Reading
from bot.desk.operators import Operators
from bot.desk.panels import Panels
from bot.desk.pictures import Pictures
from bot.desk.readers import Reader
from bot.desk.replies import Replies
from bot.desk.rounds import Rounds
from bot.desk.sources import Sources
from bot.desk.subscriptions import Subscriptions
from bot.desk.times import load_zones
from bot.desk.zone_rules import zone_rules
from bot.digest.model import Tracker
from bot.digest.trackers import TrackerError, trackers
from bot.doors import Doors, doors_of, open_to
from bot.drawing.studio import Studio
from bot.errors import ConfigurationError, Problem, SitrepError
from bot.jobs import ALL, Role
from bot.logs import Recent
from bot.ports import Clock, Declared, SharedStore, SourceKind
from bot.render.answer import STORY_COMMANDS
from bot.render.export.files import COMMAND as EXPORT
from bot.render.export.files import Form, in_the_terminal
from bot.render.export.files import content as story_file
from bot.render.facts import LinkTo, no_link
from bot.render.message import Message
from bot.render.notices import ABOUT_YOU, help_text, only_in_a_chat, unknown_command, welcome
from bot.render.operators import Fault
from bot.render.pictures.choosing import picture_of
from bot.render.pictures.values import Picture
from bot.render.words import languages
from bot.settings import EXPECTED, FILE, LIVE, POSTGRESQL, PREFIX, ROOT, Settings, database_of, password_of
from bot.sources.declaring import Declarations, read_declarations
from bot.sources.families import Families, read_families, shipped_families
from bot.sources.fetching import Limits
from bot.sources.folder import Folder
from bot.sources.looker import SourceLooker
from bot.sources.state import known
from bot.stories import MAIN, StoryName, StoryTopic, only_one
from bot.telegram.application import App, connect, limiter_of
from bot.telegram.limits import Rates
from bot.telegram.sender import TelegramSender
from bot.watchdog import ServiceManager
from handlers import HANDLERS
from handlers.menus import set_menus
from handlers.operators import COMMANDS as OPERATORS_COMMANDS
from handlers.operators import SOURCE_COMMANDS
from storage.tinydb_store import TinyStore, open_store

if TYPE_CHECKING:
    from storage.postgres.addresses import Address
    from storage.postgres.store import PostgresStore

log = structlog.get_logger(__name__)

TRACKERS = "trackers.toml"
RESERVED = (*STORY_COMMANDS, SEARCH, EXPORT, *ABOUT_YOU, *OPERATORS_COMMANDS, *SOURCE_COMMANDS)
LONGEST_WAIT = timedelta(minutes=1)  #: between two attempts to reach Telegram at the start

Say = Callable[[str], None]
T = TypeVar("T")


class NotStartedError(SitrepError):
    """Telegram does not let the bot in."""


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)


def steady_time() -> Callable[[], datetime]:
    """The time as the machine's clock told it at the start, counted on from there, however that clock is set later."""
    began, at = datetime.now(UTC), time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every way of running shares: the store, the trackers, the articles, who draws, who runs the bot, the sources
    that the configuration declares, and under what address operators are reached by those who are asked for news.

    ``shared`` is the store once more when other processes may have it too.
    """

    store: TinyStore | PostgresStore
    trackers: tuple[Tracker, ...]
    folder: Folder
    operators: tuple[int, ...] = ()
    topics: tuple[StoryTopic, ...] = ()
    families: Families = field(default_factory=Families)
    _stories: list[Stories] = field(default_factory=list)  # one at most
    studio: Studio = field(default_factory=Studio)
    declared: Declarations = field(default_factory=Declarations)
    contact: str | None = None
    shared: SharedStore | None = None

    async def reader(self) -> Reader:
        """How articles are read."""
        return Reader(trackers=self.trackers, version=await asyncio.to_thread(self._version))

    @asynccontextmanager
    async def newsdesk(self, clock: Clock) -> AsyncIterator[Newsdesk]:
        """The desk for articles, while the block runs; what operators make of the stories meanwhile holds for it."""
        stories = await self.stories(clock)
        newsdesk = Newsdesk(
            store=self.store,
            reader=await self.reader(),
            clock=clock,
            stories_of=stories.stories_of,
            houses=self.families.house,
        )
        stories.regroup = newsdesk.regroup
        try:
            yield newsdesk
        finally:
            await newsdesk.close()

    def _version(self) -> str:
        """Another one whenever a reading, or what comes of the readings, would differ; blocking."""
        houses = hashlib.sha256(repr((sorted(self.families.members.items()), sorted(self.families.wires))).encode())
        return f"{reader_version(self.trackers)}-{houses.hexdigest()[:8]}"

    def folders(self) -> frozenset[str]:
        """The names of the folders that the configuration declares beside the story's own."""
        paths = [Path(one.place) for one in self.declared.sources if one.kind is SourceKind.FOLDER]
        return frozenset(Folder(path=path, proposals=self.folder.proposals).name for path in paths)

    async def read(self, on_progress: OnProgress) -> Added:
        """Brings the library up to date with the folder."""
        async with self.newsdesk(RealClock()) as newsdesk:
            return await self.bring_up_to_date(newsdesk, on_progress)

    async def bring_up_to_date(self, newsdesk: Newsdesk, on_progress: OnProgress) -> Added:
        """Reads what is new in the folder, and has every article belong to the stories that are declared now."""
        added = await ingest(self.folder, newsdesk, on_progress, keeping=self.folders())
        if self.topics or any({*filed.places} != {MAIN} for filed in (await self.store.library()).filed):
            await newsdesk.regroup()
        return added

    async def stories(self, clock: Clock) -> Stories:
        """The desk for stories, one for all who ask, with what operators declared; from now on it goes by ``clock``."""
        if not self._stories:
            self._stories.append(Stories(store=self.store, clock=clock, declared=self.topics))
        (stories,) = self._stories
        stories.clock = clock
        await stories.open()
        return stories

    def answers(self, topics: Callable[[], tuple[StoryTopic, ...]] = only_one, link_to: LinkTo = no_link) -> Answers:
        """The desk for questions; ``topics`` are the stories followed now, ``link_to`` the links to facts."""
        return Answers(store=self.store, trackers=self.trackers, topics=topics, link_to=link_to)


def all_trackers(settings: Settings) -> tuple[Tracker, ...]:
    """The shipped trackers, with those of the settings added or put in their place.

    Raises:
        ConfigurationError: a declaration in the settings does not hold.
    """
    shipped = tomllib.loads((ROOT / "bot" / TRACKERS).read_text(encoding="utf-8"))
    declared = {**shipped, **settings.trackers}
    commands = {name: table.get("command", name) for name, table in declared.items()}
    taken = [_taken_command(name, command) for name, command in commands.items() if command in RESERVED]
    try:
        followed = trackers(declared, FILE)
    except TrackerError as error:
        raise ConfigurationError([*map(_tracker_problem, error.problems), *taken]) from error
    if taken:
        raise ConfigurationError(taken)
    return followed


def all_stories(settings: Settings) -> tuple[StoryTopic, ...]:
    """The stories that the settings declare, in their order; none when there are none.

    Raises:
        ConfigurationError: a declaration does not hold.
    """
    declared, problems = declared_stories(settings.stories, FILE)
    if problems:
        raise ConfigurationError(problems)
    return declared


def all_families(settings: Settings) -> Families:
    """The families of publishers that come with the program, with those of the operator's own file; blocking.

    Raises:
        ConfigurationError: the file cannot be read, or a part of it does not hold.
    """
    shipped = shipped_families()
    if settings.families is None:
        return shipped
    try:
        own = read_families(settings.families.read_text(encoding="utf-8"), str(settings.families))
    except (OSError, UnicodeDecodeError) as error:
        fix = "Name another file with families, or leave it out."
        problem = Problem(where=str(settings.families), expected="a TOML file in UTF-8", got=str(error), fix=fix)
        raise ConfigurationError([problem]) from error
    if own.problems:
        raise ConfigurationError(own.problems)
    return Families(members={**shipped.members, **own.members}, wires=shipped.wires | own.wires)


def _taken_command(name: str, command: str) -> Problem:
    return Problem(
        where=f"{FILE}: [{name}] command",
        expected="a command that the bot does not have yet",
        got=repr(command),
        fix="Choose another word.",
    )


def _tracker_problem(line: str) -> Problem:
    where, _, rest = line.partition(": expected ")
    expected, _, got = rest.partition(", got ")
    return Problem(where=where, expected=expected, got=got, fix=f"Change it under [trackers] in {FILE}.")


def reader_version(followed: tuple[Tracker, ...]) -> str:
    """A fingerprint of the code that reads and of the trackers it follows; blocking."""
    content = hashlib.sha256(repr(followed).encode())
    for file in sorted((ROOT / "bot" / "digest").rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            content.update(file.name.encode() + b"\0" + file.read_bytes())
    return content.hexdigest()[:16]


def open_parts(settings: Settings, database: str | None = None, store: Path | None = None) -> Parts:
    """Opens what ``settings`` name; ``database`` and ``store`` are another database, and folder for it. Blocking.

    Raises:
        ConfigurationError: the trackers do not hold.
        StoreBusyError, StoreBrokenError, StoreVersionError, StoreFullError, StoreAwayError: the store does not open.
    """
    followed, topics = all_trackers(settings), all_stories(settings)
    file = database or database_of(settings)
    is_shared = settings.store is not None and file == LIVE and store is None
    shared = _open_shared(settings) if is_shared else None
    return Parts(
        store=shared or open_store(store or settings.data, file),
        shared=shared,
        trackers=followed,
        folder=Folder(path=settings.articles, proposals=settings.data),
        operators=settings.operators,
        topics=topics,
        families=all_families(settings),
        declared=read_declarations(settings.sources, FILE, Path.cwd()),
        contact=settings.contact,
    )


def address_of(settings: Settings) -> Address | None:
    """The database that several machines share; None when the store is a file of this one.

    Raises:
        ConfigurationError: its address cannot be read, or what is needed for it is not installed.
    """
    if settings.store is None:
        return None
    try:
        from storage.postgres.addresses import Address
    except ImportError as error:
        raise ConfigurationError([_not_installed(error)]) from error
    return Address(url=settings.store.get_secret_value(), password=password_of(settings))


def _open_shared(settings: Settings) -> PostgresStore:
    address = address_of(settings)
    if address is None:
        raise TypeError("expected the address of a database")
    from storage.postgres.store import open_store as open_shared

    return open_shared(address)


async def move(settings: Settings, source: str, target: str, say: Say) -> str:
    """Copies one store into another that is empty, and tells in a sentence what it holds then.

    Raises:
        ConfigurationError: not one of them is a file and the other a database.
        SitrepError: one of them cannot be used.
        OSError: the file cannot be read or written.
    """
    ends = [_database_at(settings, words) for words in (source, target)]
    if (ends[0] is None) == (ends[1] is None):
        fix = "Give data/sitrep.db and store, or the other way round."
        got = f"{'two files' if ends[0] is None else 'two databases'}"
        where = "sitrep move FROM TO"
        raise ConfigurationError([Problem(where=where, expected="a file and a database", got=got, fix=fix)])
    from storage.postgres.moving import move_into_database, move_into_file

    if ends[1] is not None:
        file = Path(source)
        return await asyncio.to_thread(move_into_database, file.parent, file.name, ends[1], say)
    if ends[0] is None:
        raise TypeError("expected a database")
    file = Path(target)
    return await asyncio.to_thread(move_into_file, ends[0], file.parent, file.name, say)


def _database_at(settings: Settings, words: str) -> Address | None:
    """The database that somebody named: by its address, or as the one of the settings; None for a file's name."""
    if words == "store":
        found = address_of(settings)
        if found is None:
            fix = "Set it, or give an address."
            raise ConfigurationError(
                [Problem(where=f"{PREFIX}STORE", expected=EXPECTED["store"], got="nothing", fix=fix)]
            )
        return found
    return address_of(settings.model_copy(update={"store": SecretStr(words)})) if words.startswith(POSTGRESQL) else None


def _not_installed(error: ImportError) -> Problem:
    return Problem(
        where=f"{PREFIX}STORE",
        expected="the programs for PostgreSQL beside this one",
        got=str(error),
        fix='Install them: pip install "sitrep-briefing-bot[scale]".',
    )


def full_menu(answers: Answers) -> dict[str, str]:
    """Every command with what the menu says of it, in the handlers' order."""
    return {command: words for module in HANDLERS for command, words in module.menu(answers).items()}


def front_desk(
    parts: Parts,
    sender: TelegramSender,
    clock: Clock,
    recent: Recent,
    *,
    newsdesk: Newsdesk,
    sources: Sources,
    stories: Stories,
) -> FrontDesk:
    """The desk that handlers ask."""
    store = parts.store
    answers = parts.answers(stories.topics, lambda payload: create_deep_linked_url(sender.bot.username, payload))
    names = tuple(tracker.name for tracker in parts.trackers)
    subscriptions = Subscriptions(store=store, clock=clock, trackers=names, topics=stories.topics)
    pictures = Pictures(answers=store, store=store, drawer=parts.studio, clock=clock, trackers=parts.trackers)
    return FrontDesk(
        answers=answers,
        newsdesk=newsdesk,
        subscriptions=subscriptions,
        panels=Panels(
            subscriptions=subscriptions,
            trackers={tracker.name: tracker.title for tracker in parts.trackers},
            stories=stories.choice,
        ),
        stories=stories,
        briefings=Briefings(
            store=store,
            answers=store,
            clock=clock,
            trackers=parts.trackers,
            topics=stories.topics,
            pictures=pictures,
        ),
        alerts=Alerts(store=store, answers=store, clock=clock, trackers=parts.trackers),
        broadcasts=Broadcasts(store=store, chats=store, sender=sender, clock=clock),
        replies=Replies(sender=sender, chats=store, clock=clock),
        pictures=pictures,
        offers=Offers(answers=answers, clock=clock),
        exports=Exports(store=store, trackers=parts.trackers, clock=clock),
        operators=Operators(
            users=frozenset(parts.operators),
            store=store,
            chats=store,
            briefings=store,
            answers=store,
            sources=store,
            sender=sender,
            clock=clock,
            errors=lambda: [Fault(at=seen.at, what=seen.what) for seen in recent.newest()],
            store_fault=lambda: store.fault,
        ),
        sources=sources,
        full_menu=lambda: full_menu(answers),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the articles are read with at the start: who hears what a person should know, and how far it is."""

    say: Say
    on_progress: OnProgress


@asynccontextmanager
async def _catching_up(parts: Parts, newsdesk: Newsdesk, opening: Opening | None) -> AsyncIterator[None]:
    """Reads what is new: before the block when nothing is stored yet or nothing is new, else while it runs."""
    if opening is None:
        yield
        return
    is_stored = bool((await parts.store.library()).filed)
    reading = asyncio.Event()

    def on_progress(step: Reading) -> None:
        reading.set()
        opening.on_progress(step)

    async def read() -> None:
        await report(await parts.bring_up_to_date(newsdesk, on_progress), parts, opening.say)

    if not is_stored:
        await read()
    async with _meanwhile(_saying_why(read, opening.say) if is_stored else _nothing()) as catching_up:
        begun = asyncio.create_task(reading.wait())
        await asyncio.wait([catching_up, begun], return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        gc.collect()
        gc.freeze()  # what is there now stays, so no collection need go through it and hold up the loop
        yield


async def _nothing() -> None:
    return


async def _saying_why(read: Callable[[], Coroutine[object, object, None]], say: Say) -> None:
    try:
        await read()
    except SitrepError as error:  # what is stored is served all the same
        say(f"! {error}")


@asynccontextmanager
async def _sources(
    parts: Parts, newsdesk: Newsdesk, clock: Clock, stories: Stories, web: Limits | None
) -> AsyncIterator[tuple[Rounds, Sources]]:
    """The desks for sources, while the block runs; the folder of the articles is a source like the declared ones."""
    store = parts.store
    looker = SourceLooker(
        clock=clock, own=parts.folder, allowed=parts.declared.allowed, contact=parts.contact, limits=web
    )
    if parts.shared is None:
        await _settle_sources(parts)
    try:
        desk = Arrivals(newsdesk=newsdesk, store=store, topics=stories.topics)
        rounds = Rounds(store=store, looker=looker, desk=desk, clock=clock)
        sources = Sources(store=store, looker=looker, desk=desk, clock=clock)
        try:
            yield rounds, sources
        finally:
            await rounds.close()
            await sources.close()
    finally:
        await looker.close()


async def _settle_sources(parts: Parts) -> None:
    """Follows the folder of the articles and what is declared."""
    own = Declared(kind=SourceKind.FOLDER, place=str(parts.folder.path), name=parts.folder.path.name or "articles")
    await parts.store.settle_sources(known([own, *parts.declared.sources], await parts.store.sources()))


def _share_of(
    parts: Parts, newsdesk: Newsdesk, stories: Stories, opening: Opening | None, roles: frozenset[Role]
) -> jobs.Share:
    """What a process does of all that the processes with its store do."""
    shared = parts.shared
    if shared is None:
        return jobs.Share(roles=roles)

    async def read() -> None:
        if opening is not None:
            await report(await parts.bring_up_to_date(newsdesk, opening.on_progress), parts, opening.say)

    async def begin() -> None:
        await _settle_sources(parts)
        await _saying_why(read, opening.say if opening is not None else log.warning)

    return jobs.Share(
        roles=roles,
        sources=Lead(leading=Leading(store=shared, name="sources"), prepare=begin),
        chores=Lead(leading=Leading(store=shared, name="chores")),
        prune=shared.prune_updates,
        hear=stories.open,
    )


@asynccontextmanager
async def running(
    application: App,
    parts: Parts,
    clock: Clock,
    tick: timedelta = jobs.TICK,
    *,
    pays: bool = False,
    doors: Doors | None = None,
    opening: Opening | None = None,
    web: Limits | None = None,
    newsdesk: Newsdesk | None = None,
    roles: frozenset[Role] = ALL,
) -> AsyncIterator[Briefings]:
    """The bot at work while the block runs: answering, briefing; what is due is looked for every ``tick``.

    Of several processes that share a store each does what its ``roles`` are; what one does for all is done by one.

    ``pays``: broadcasts beyond Telegram's free rate are paid for. Without ``doors`` it polls and shows nothing, without
    an ``opening`` it takes the articles as they are stored.
    ``web`` is what asking a source may cost. ``newsdesk`` is the one to use when others hand in articles too: a store
    has no more than one.

    Raises:
        ReadingError: the articles cannot be read, and none are stored.
        NotStartedError: Telegram does not accept the token.
        DoorError: an address of the doors cannot be had.
    """
    stories = await parts.stories(clock)
    async with (
        nullcontext(newsdesk) if newsdesk is not None else parts.newsdesk(clock) as shared,
        _catching_up(parts, shared, opening if parts.shared is None else None),
        _sources(parts, shared, clock, stories, web) as (rounds, sources),
        _serving(
            application,
            parts,
            clock=clock,
            tick=tick,
            newsdesk=shared,
            rounds=rounds,
            sources=sources,
            stories=stories,
            pays=pays,
            doors=doors or Doors(),
            share=_share_of(parts, shared, stories, opening, roles),
        ) as briefings,
    ):
        yield briefings


@asynccontextmanager
async def _serving(
    application: App,
    parts: Parts,
    *,
    clock: Clock,
    tick: timedelta,
    newsdesk: Newsdesk,
    rounds: Rounds,
    sources: Sources,
    stories: Stories,
    pays: bool,
    doors: Doors,
    share: jobs.Share,
) -> AsyncIterator[Briefings]:
    real_now = steady_time()
    recent = Recent()
    desk = front_desk(
        parts,
        TelegramSender(bot=application.bot, pictures=parts.store),
        clock,
        recent,
        newsdesk=newsdesk,
        sources=sources,
        stories=stories,
    )
    briefings = desk.briefings
    delivery = Delivery(
        store=parts.store,
        sender=TelegramSender(bot=application.bot, has_turn=True, pays=pays, pictures=parts.store),
        turns=limiter_of(application),
        now=real_now,
        language=desk.subscriptions.language_for,
    )
    for module in HANDLERS:
        module.register(application, desk)
    await asyncio.to_thread(load_zones)
    await asyncio.to_thread(languages)
    await briefings.recompute(await asyncio.to_thread(zone_rules))
    await stories.leave_gone()
    await _initialize(application)
    try:
        if Role.WEB in share.roles:
            await set_menus(application.bot, desk)
        await application.start()
        queue = _there(application.job_queue)
        jobs.start(queue, desk, rounds, delivery, every=tick, vitals=doors.vitals, share=share)
        with recent.listening():
            async with (
                open_to(
                    application,
                    doors,
                    parts.store,
                    delivery.sender,
                    real_now,
                    takes_updates=Role.WEB in share.roles,
                    shared=parts.shared,
                ),
                _meanwhile(share.sources.run() if Role.INGEST in share.roles else _nothing()),
                _meanwhile(share.chores.run() if Role.DELIVER in share.roles else _nothing()),
                _meanwhile(jobs.deliver(delivery) if Role.DELIVER in share.roles else _nothing()),
                _meanwhile(
                    jobs.tell_news(desk.alerts, desk.newsdesk.has_news, tick, share.chores)
                    if Role.DELIVER in share.roles
                    else _nothing()
                ),
                _meanwhile(jobs.report_to(doors.manager, doors.vitals)),
            ):
                yield briefings
    finally:
        await sources.close()
        await _stop(application)
        await parts.studio.close()


@asynccontextmanager
async def _meanwhile(work: Coroutine[object, object, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Does ``work`` while the block runs, and gives it the time to end well."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _initialize(application: App) -> None:
    """Asks Telegram who the bot is, patiently while it is out of reach."""
    wait = timedelta(seconds=1)
    while True:
        try:
            await application.initialize()
        except InvalidToken as error:
            raise NotStartedError(
                "SITREP_TOKEN: expected a token that Telegram knows, got one that it refuses. "
                "Ask @BotFather for the token again."
            ) from error
        except NetworkError as error:
            log.warning("telegram out of reach", reason=error.message, next_attempt_in=str(wait))
            await asyncio.sleep(wait.total_seconds())
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            return


async def _stop(application: App) -> None:
    updater = _there(application.updater)
    if updater.running:
        await updater.stop()
    if application.running:
        await application.stop()
    await application.shutdown()


def _there(part: T | None) -> T:
    """An optional part of PTB's application that this one always has."""
    if part is None:
        raise TypeError("expected an application with a job queue and an updater")
    return part


async def run(
    settings: Settings,
    *,
    sandbox: bool,
    say: Say,
    on_progress: OnProgress,
    manager: ServiceManager | None = None,
    roles: frozenset[Role] = ALL,
) -> None:
    """Reads what is new, then serves until cancelled; ``manager`` is told when the bot is ready, and that it lives.

    With fewer ``roles`` than all it does a share of the work, beside processes that do the rest.

    Raises:
        SitrepError: somebody must act first; the text says what to do.
    """
    database = database_of(settings, sandbox=sandbox)
    parts = await asyncio.to_thread(open_parts, settings, database)
    try:
        opening = Opening(say=say, on_progress=on_progress)
        doors = doors_of(settings, manager or ServiceManager(), live=database == LIVE)
        async with _meanwhile(parts.studio.warm()):
            if database == LIVE:
                await _serve_telegram(settings, parts, opening, doors, roles)
            else:
                await _serve_sandbox(settings.port, parts, opening, doors)
    finally:
        await asyncio.to_thread(parts.store.close)


async def report(added: Added, parts: Parts, say: Say) -> None:
    """Says what a person should know of the articles and the store."""
    if parts.store.fault is not None:
        say(f"! {parts.store.fault}")
    for remark in (*parts.declared.problems, *added.remarks):
        say(f"! {remark}")
    total = len((await parts.store.library()).filed)
    if total == 0:
        say(f"! {parts.folder.nothing_found()}")
    say(f"{total} article{'' if total == 1 else 's'} from {parts.folder.path}, {added.read} read anew.")


async def _serve_telegram(
    settings: Settings, parts: Parts, opening: Opening, doors: Doors, roles: frozenset[Role]
) -> None:
    if settings.token is None:
        raise TypeError("expected a token")
    rates = Rates(total=settings.rate)
    application = connect(settings.token.get_secret_value(), rates=rates, vitals=doors.vitals, shared=parts.shared)
    async with running(
        application, parts, RealClock(), pays=settings.paid_broadcast, doors=doors, opening=opening, roles=roles
    ):
        opening.say(f"Talking to Telegram as https://t.me/{application.bot.username}. Ctrl-C stops.")
        await asyncio.Event().wait()


async def _serve_sandbox(port: int, parts: Parts, opening: Opening, doors: Doors) -> None:
    from bot.sandbox.clock import SandboxClock
    from bot.sandbox.limits import Mode
    from bot.sandbox.server import serving
    from bot.sandbox.state import SandboxState
    from bot.showroom import showroom

    clock, say = SandboxClock(RealClock().now), opening.say
    state = SandboxState(clock=clock, bot_name="Sitrep", bot_username="sitrep_bot", mode=Mode.STRICT)
    for chat in await parts.store.subscribed():  # a new sandbox knows nobody who has ever written to the bot
        state.acquainted.add(chat.id)
        await parts.store.let_in(chat.id)
    briefings: list[Briefings] = []

    async def next_briefing() -> datetime | None:
        return await briefings[0].next_moment() if briefings else None

    async with (
        parts.newsdesk(clock) as newsdesk,
        showroom(parts.store, newsdesk, clock) as desk,
        serving(state, _free_port(port), next_briefing, desk) as address,
        running(
            connect(state.token, address, vitals=doors.vitals),
            parts,
            clock,
            doors=doors,
            opening=opening,
            newsdesk=newsdesk,
        ) as planned,
    ):
        briefings.append(planned)
        actual = address.rpartition(":")[2]
        if port not in (0, int(actual)):
            say(f"! Port {port} is in use by another program; the chat page is served on port {actual} instead.")
        say(f"This machine plays Telegram. Open the chat page: {address}/")
        say("Ctrl-C stops.")
        await asyncio.Event().wait()


def _free_port(wanted: int) -> int:
    """``wanted`` if nobody listens there, else 0, which means any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError:
            return 0
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the terminal shows for a command; ``known`` says whether there is such a command."""

    messages: tuple[Message, ...]
    known: bool = True


async def story_named(parts: Parts, name: str | None) -> StoryName:
    """The story of this name or title; the first without a name.

    Raises:
        ConfigurationError: there is none.
    """
    topics = (await parts.stories(RealClock())).topics()
    topic = topics[0] if name is None else find_story(topics, name)
    if topic is None:
        known = ", ".join(topic.name for topic in topics)
        problem = Problem(where="--story", expected=f"one of {known}", got=repr(name), fix="Give one of these.")
        raise ConfigurationError([problem])
    return topic.name


async def whole(parts: Parts, story: StoryName) -> AsyncIterator[tuple[str, tuple[Message, ...]]]:
    """Every command about a story, with all of its answer."""
    answers = parts.answers((await parts.stories(RealClock())).topics)
    for command in answers.commands():
        yield command, await answers.whole(command, story)


async def picture(parts: Parts, question: str, story: StoryName) -> Picture | None:
    """The picture of what a command answers; None when it has none."""
    command = question.strip().removeprefix("/").partition(" ")[0].lower()
    return picture_of(await parts.store.digest(story), command, parts.trackers)


async def export(parts: Parts, form: str, story: StoryName) -> bytes | None:
    """The story as a file of this form; None when it has nothing for it."""
    digest, now = await parts.store.digest(story), RealClock().now()
    return await asyncio.to_thread(story_file, digest, parts.trackers, None, Form(form), now)


async def ask(parts: Parts, question: str, today: date, story: StoryName) -> Reply:
    """Answers one command, or a plain question, without Telegram; subscriptions need a chat, and are told to.

    ``today`` is the day that "yesterday" in the question is counted from.
    """
    answers = parts.answers((await parts.stories(RealClock())).topics)
    menu = full_menu(answers)
    if not question.strip().startswith("/") and question.strip().partition(" ")[0].lower() not in menu:
        return Reply(messages=await answers.talk(question, today, story))
    named, _, words = question.strip().removeprefix("/").partition(" ")
    command = named.partition("@")[0].lower()
    match command:
        case "start":
            return Reply(messages=(welcome(await answers.sample(story), answers.commands()),))
        case "help":
            return Reply(messages=(help_text(menu),))
        case (
            "subscribe"
            | "unsubscribe"
            | "alerts"
            | "watch"
            | "unwatch"
            | "news"
            | "settings"
            | "pause"
            | "resume"
            | "forget"
            | "today"
            | "story"
        ) if command != "story" or len(answers.topics()) > 1:
            return Reply(messages=(only_in_a_chat(command),))
        case "export":
            return Reply(messages=(in_the_terminal(),))
        case _ if command in answers.commands() and not words.strip():
            return Reply(messages=await answers.whole(command, story))
        case _ if command in answers.commands() or command == SEARCH:
            return Reply(messages=await answers.tell(command, words, today, story))
        case _:
            return Reply(messages=(unknown_command(command, menu),), known=False)
