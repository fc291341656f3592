"""Whether the bot would run well: every problem of its surroundings at once, each with its fix."""

from __future__ import annotations

import asyncio
import socket
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from telegram import Bot, User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.app import Say, all_stories, all_trackers, open_parts
from bot.digest.model import Article
from bot.doors import doors_of
from bot.errors import ConfigurationError, Problem, SitrepError, StoreBusyError
from bot.ports import SourceKind, Unread
from bot.settings import FILE, LISTEN, LIVE, OFF, SANDBOX, Settings, database_of
from bot.sources.declaring import read_declarations
from bot.sources.folder import Folder
from bot.telegram.application import connect
from bot.watchdog import ServiceManager

ALIVE_WITHIN = 2  #: seconds in which a bot that runs says that it is alive
HEALTH, ALIVE = "/healthz", b"alive"


async def problems(settings: Settings, say: Say) -> list[Problem]:
    """Everything that would keep the bot from running well: settings, store, articles, sources, model, token, doors."""
    found: list[Problem] = []
    for name, look in (
        ("trackers", _tracker_problems),
        ("stories", _declared_problems),
        ("store", _store_problems),
        ("articles", _article_problems),
        ("sources", _source_problems),
        ("language model", _model_problems),
        ("token", _token_problems),
        ("doors", door_problems),
    ):
        say(f"Checking {name} ...")
        found += await look(settings)
    return found


async def _tracker_problems(settings: Settings) -> list[Problem]:
    try:
        all_trackers(settings)
    except ConfigurationError as error:
        return list(error.problems)
    return []


async def _declared_problems(settings: Settings) -> list[Problem]:
    try:
        all_stories(settings)
    except ConfigurationError as error:
        return list(error.problems)
    return []


async def _store_problems(settings: Settings) -> list[Problem]:
    found: list[Problem] = []
    untracked = settings.model_copy(update={"trackers": {}, "stories": {}})  # wrong ones are told already
    try:
        for database in (LIVE, SANDBOX):
            is_shared = database == LIVE and settings.store is not None
            if is_shared:
                found = await _shared_problems(untracked)
            if not is_shared and (database == database_of(settings) or (settings.data / database).exists()):
                parts = await asyncio.to_thread(open_parts, untracked, database)
                await asyncio.to_thread(parts.store.close)
    except StoreBusyError:
        return found  # a running bot owns it, so it opened
    except (SitrepError, OSError) as error:
        expected = "a folder that can be written, with files that can be read"
        fix = "Mend it, or name another folder with SITREP_DATA."
        return [*found, Problem(where=str(settings.data), expected=expected, got=str(error), fix=fix)]
    return found


async def _shared_problems(settings: Settings) -> list[Problem]:
    """What is wrong with the database that several processes share."""
    trouble: str | None
    try:
        parts = await asyncio.to_thread(open_parts, settings, LIVE)
        trouble = await parts.store.trouble()
        await asyncio.to_thread(parts.store.close)
    except ConfigurationError as error:
        return list(error.problems)
    except SitrepError as error:
        trouble = str(error)
    if trouble is None:
        return []
    expected = "a database of this program's version that takes changes"
    fix = "Look after the server, or name another one."
    return [Problem(where="SITREP_STORE", expected=expected, got=trouble, fix=fix)]


async def _article_problems(settings: Settings) -> list[Problem]:
    folder = Folder(path=settings.articles, proposals=settings.data)
    items = [item async for item in folder.articles()]
    found = [item.problem for item in items if isinstance(item, Unread)]
    if not any(isinstance(item, Article) for item in items):
        found.append(folder.nothing_found())
    return found


async def _source_problems(settings: Settings) -> list[Problem]:
    """What is wrong with the declarations, and with what lies in declared folders; nobody is asked over the network."""
    declared = await asyncio.to_thread(read_declarations, settings.sources, FILE, Path.cwd())
    found = list(declared.problems)
    for source in declared.sources:
        if source.kind is SourceKind.FOLDER:
            found += await _unread_in(Folder(path=Path(source.place), proposals=settings.data))
    return found


async def _unread_in(folder: Folder) -> list[Problem]:
    try:
        return [item.problem async for item in folder.articles() if isinstance(item, Unread)]
    except (FileNotFoundError, NotADirectoryError):
        return []  # told with its declaration
    except OSError as error:
        fix = "Check who may read it."
        expected = "a folder that can be read"
        return [Problem(where=str(folder.path), expected=expected, got=error.strerror or str(error), fix=fix)]


async def _model_problems(_: Settings) -> list[Problem]:
    from bot.digest.language import MODELS, NoModelError, load

    try:
        await asyncio.to_thread(load)
    except (NoModelError, ImportError) as error:
        fix = "Install the pinned requirements again: make run does."
        return [Problem(where="language model", expected=MODELS[0], got=str(error), fix=fix)]
    return []


async def _token_problems(settings: Settings) -> list[Problem]:
    """Asks Telegram about the token; without one there is nothing wrong, the bot runs in the sandbox."""
    if settings.token is None:
        return []
    return await bot_problems(connect(settings.token.get_secret_value()).bot, settings.webhook)


async def bot_problems(bot: Bot, webhook: str | None) -> list[Problem]:
    """What Telegram says of the bot: whether it knows the token, what @BotFather has set, where its updates go."""
    try:
        await bot.initialize()
        return [*set_by_botfather(bot.bot), *updates_elsewhere(await bot.get_webhook_info(), webhook)]
    except InvalidToken:
        got, fix = "one that Telegram refuses", "Ask @BotFather for the token again."
    except TelegramError as error:
        got, fix = f"no answer ({error.message})", "Check the connection to Telegram."
    finally:
        await bot.shutdown()
    return [Problem(where="SITREP_TOKEN", expected="a token that Telegram knows", got=got, fix=fix)]


def set_by_botfather(me: User) -> list[Problem]:
    """What people may miss because of how the bot is set up with Telegram."""
    name, found = f"@{me.username}", list[Problem]()
    if not me.supports_inline_queries:
        found.append(
            Problem(
                where=f"inline mode of {name}",
                expected=f"that people can type {name} and words in any chat",
                got="switched off",
                fix=f"Send @BotFather /setinline, choose {name}, then send what the empty input shows, like: words.",
                is_advice=True,
            )
        )
    if not me.can_join_groups:
        found.append(
            Problem(
                where=f"groups of {name}",
                expected="that people can add it to groups",
                got="forbidden",
                fix=f"Send @BotFather /setjoingroups, choose {name}, then Enable.",
                is_advice=True,
            )
        )
    if me.can_read_all_group_messages:
        found.append(
            Problem(
                where=f"privacy mode of {name}",
                expected="that Telegram sends it only what is meant for it in groups, which is all it needs",
                got="all messages of every group",
                fix=f"Send @BotFather /setprivacy, choose {name}, then Enable; it takes effect where it is added anew.",
                is_advice=True,
            )
        )
    return found


def updates_elsewhere(hook: WebhookInfo, webhook: str | None) -> list[Problem]:
    """Whether Telegram carries the bot's updates to where it will be, and without trouble."""
    found: list[Problem] = []
    if hook.url and hook.url != webhook:
        polls = "that the bot asks for its updates itself" if webhook is None else f"updates carried to {webhook}"
        found.append(
            Problem(
                where="webhook",
                expected=polls,
                got=f"another one, {hook.url}",
                fix="sitrep run replaces it. If another program answers there with this token, stop it first.",
                is_advice=True,
            )
        )
    if hook.url and hook.url == webhook and hook.last_error_message:
        found.append(
            Problem(
                where="SITREP_WEBHOOK",
                expected="an address at which Telegram's posts are taken",
                got=f"{hook.last_error_message}, with {hook.pending_update_count} updates waiting",
                fix="Look whether the web server passes them on to SITREP_LISTEN; a running bot says so in /readyz.",
            )
        )
    return found


async def door_problems(settings: Settings) -> list[Problem]:
    """Whether Telegram's webhook and whoever asks for health find somebody at home."""
    found: list[Problem] = []
    if settings.webhook is not None and settings.listen == OFF:
        found.append(
            Problem(
                where="SITREP_WEBHOOK",
                expected="an address to listen at, for Telegram's posts",
                got="SITREP_LISTEN=off",
                fix=f"Set SITREP_LISTEN, for example to {LISTEN}, and let the web server pass {settings.webhook} on.",
            )
        )
    listen = doors_of(settings, ServiceManager(), live=settings.token is not None).listen
    if listen is not None and (trouble := await asyncio.to_thread(_taken, *listen)):
        found.append(
            Problem(
                where="SITREP_LISTEN",
                expected="an address of this machine that is free, or where a bot of these settings is running",
                got=f"{listen[0]}:{listen[1]}: {trouble}",
                fix="Stop what listens there, or name another address, or off.",
                is_advice=settings.listen is None and settings.webhook is None,
            )
        )
    return found


def _taken(host: str, port: int) -> str | None:
    """Why nobody can listen at an address; None when somebody can, or when it is a bot that says it is alive."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            trouble = error.strerror or str(error)
        else:
            return None
    return None if _is_alive(host, port) else trouble


def _is_alive(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=ALIVE_WITHIN)
    try:
        connection.request("GET", HEALTH)
        return connection.getresponse().read(len(ALIVE)) == ALIVE
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
