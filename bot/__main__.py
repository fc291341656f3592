"""The command line (`sitrep`)."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs, settings
from bot.errors import ConfigurationError, Problem, SitrepError, StoreBusyError, UnfitFileError
from bot.render.terminal import terminal_text
from bot.settings import Settings
from bot.watchdog import ServiceManager

if TYPE_CHECKING:
    from bot.app import Parts
    from bot.desk.newsdesk import Added, Reading
    from bot.render.message import Message
    from bot.render.pictures.values import Picture

FAILED = 1
FORMS = ("markdown", "html", "json", "ics")  #: of the story as a file
STORE_COMMANDS = {
    "backup": "a new file",
    "restore": "a backup",
    "export": "a new file, or - for the terminal",
    "import": "an exported file",
    "repair": "",
}  #: with what their FILE is
WORK = ("ingest", "deliver", "web")  #: the parts of the work: `bot.jobs.Role`
OTHERS = "others"  #: folder of the data that keeps the stories of folders the bot does not serve, to be asked again


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits: 0 when all went well, 1 when somebody must act, 2 for a wrong command line."""
    try:
        code = _main(_parser().parse_args(arguments))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        code = 0
    sys.exit(code)


def _main(given: argparse.Namespace) -> int:
    try:
        chosen = settings.read(os.environ, articles=given.articles, port=getattr(given, "port", None))
        logs.configure(
            secrets=settings.secrets_of(chosen),
            verbose=chosen.log_level == "debug",
            as_json=chosen.log_format == "json",
        )
        match given.command:
            case "check":
                return asyncio.run(_check(chosen))
            case "digest":
                return _until_stopped(_digest(chosen, given))
            case "ask":
                return _until_stopped(_ask(chosen, given))
            case "worker":
                return _until_stopped(_work(chosen, given.only))
            case "sandbox":
                return _until_stopped(_run(chosen, sandbox=True))
            case "backup" | "restore" | "export" | "import" | "repair":
                return _keep(chosen, given)
            case "migrate":
                return _migrate(chosen)
            case "move":
                return _until_stopped(_move(chosen, given.source, given.target))
            case _:
                return _until_stopped(_run(chosen, sandbox=False))
    except ConfigurationError as error:
        return _failed([str(problem) for problem in error.problems])
    except SitrepError as error:
        return _failed([str(error)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sitrep", description="A Telegram bot that tells news in cited lines.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, words in (
        ("run", "start the bot: on Telegram when SITREP_TOKEN is set, else in the sandbox"),
        ("worker", "start one of several processes that share the database of SITREP_STORE"),
        ("sandbox", "start the bot in the sandbox, whether a token is set or not"),
        ("digest", "read the articles and print the digest"),
        ("ask", "answer one command here in the terminal"),
        ("check", "check settings, store, token and language model"),
        ("backup", "copy the store to a file, also while the bot runs"),
        ("restore", "put a backup in the place of the store, which is kept beside it"),
        ("export", "write subscriptions and messages as JSON that a person can read"),
        ("import", "fill an empty store with what was exported"),
        ("repair", "tell what is wrong with the store, and save what can be read"),
        ("migrate", "bring the database of SITREP_STORE to this program's version"),
        ("move", "copy one store into another that is empty: a file and a PostgreSQL database, in either direction"),
    ):
        command = commands.add_parser(name, help=words, description=words.capitalize() + ".")
        command.add_argument(
            "--articles", type=Path, metavar="DIR", help="a folder of .txt or .md articles (default: the five seeds)"
        )
        if name in ("run", "sandbox"):
            command.add_argument("--port", type=int, help=f"of the chat page (default: {settings.PORT})")
        if name == "worker":
            only = "do this part of the work only; may be repeated (default: all parts, as run does)"
            command.add_argument("--only", action="append", choices=WORK, help=only)
        if name in STORE_COMMANDS:
            command.add_argument("--sandbox", action="store_true", help="the sandbox's store, though a token is set")
        if name in STORE_COMMANDS and name != "repair":
            command.add_argument("file", type=Path, metavar="FILE", help=STORE_COMMANDS[name])
        if name == "digest":
            command.add_argument("--format", choices=FORMS, help="print it as a file with every citation instead")
            command.add_argument("--to", type=Path, metavar="FILE", help="with --format: write it to a new file")
        if name == "move":
            for end, metavar in (("source", "FROM"), ("target", "TO")):
                either = "a database file like data/sitrep.db, a postgresql:// address, or store for SITREP_STORE"
                command.add_argument(end, metavar=metavar, help=either)
        if name in ("ask", "digest"):
            command.add_argument("--story", metavar="NAME", help="of several stories this one (default: the first)")
        if name == "ask":
            command.add_argument("question", metavar='"/COMMAND"', help='for example "/summary"')
            command.add_argument("--png", type=Path, metavar="FILE", help="write its picture to a new file")
    return parser


def _failed(lines: Sequence[str]) -> int:
    for line in lines:
        print(f"✗ {line}", file=sys.stderr)
    return FAILED


def _until_stopped(work: Coroutine[object, object, int]) -> int:
    """Runs ``work``; Ctrl-C and SIGTERM stop it in good order, which is a success."""
    return asyncio.run(_cancellable(work))


async def _cancellable(work: Coroutine[object, object, int]) -> int:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, task.cancel)
        except NotImplementedError:  # Windows: Ctrl-C raises KeyboardInterrupt, which asyncio.run turns into a cancel
            break
    try:
        return await task
    except asyncio.CancelledError:
        print("Stopped.", flush=True)
        return 0


# bot.app is imported where it is needed: the processes that read articles import this module too, and need it not.


async def _run(chosen: Settings, *, sandbox: bool, only: Sequence[str] = WORK) -> int:
    from bot import app
    from bot.jobs import Role

    await app.run(
        chosen,
        sandbox=sandbox,
        say=_say,
        on_progress=_show_progress,
        manager=ServiceManager(address=os.environ.get("NOTIFY_SOCKET")),
        roles=frozenset(map(Role, only)),
    )
    return 0


async def _work(chosen: Settings, only: Sequence[str] | None) -> int:
    """Runs as one process of several.

    Raises:
        ConfigurationError: there is no store or no bot that several could share.
    """
    needed = {"store": chosen.store, "token": chosen.token}
    fix = "Set it. For a bot of one process there is `sitrep run`."
    problems = [
        Problem(where=f"{settings.PREFIX}{name.upper()}", expected=settings.EXPECTED[name], got="nothing", fix=fix)
        for name, value in needed.items()
        if value is None
    ]
    if problems:
        raise ConfigurationError(problems)
    return await _run(chosen, sandbox=False, only=only or WORK)


async def _digest(chosen: Settings, given: argparse.Namespace) -> int:
    from bot import app

    if given.format is not None:
        return await _export(chosen, given)
    if given.to is not None:
        return _failed([f"--to: expected --format with it, got none. For example: --format html --to {given.to}"])

    with tempfile.TemporaryDirectory() as spare:
        parts = await _open_to_read(chosen, Path(spare))
        try:
            await app.report(await _read(parts), parts, _say)
            async for command, messages in app.whole(parts, await app.story_named(parts, given.story)):
                _print_all(messages, heading=f"/{command}")
        finally:
            await asyncio.to_thread(parts.store.close)
    return 0


async def _export(chosen: Settings, given: argparse.Namespace) -> int:
    from bot import app

    form, to = given.format, given.to
    with tempfile.TemporaryDirectory() as spare:
        parts = await _open_to_read(chosen, Path(spare))
        try:
            await app.report(await _read(parts), parts, lambda words: print(words, file=sys.stderr))
            made = await app.export(parts, form, await app.story_named(parts, given.story))
        finally:
            parts.store.close()
    if made is None:
        return _failed([f"{form}: expected an article that dates an event, got none."])
    if to is None:
        sys.stdout.buffer.write(made)
        return 0
    try:
        _write_new(to, made)
    except OSError as error:
        return _failed([_told(error)])
    _say(f"{to} is the story.")
    return 0


async def _ask(chosen: Settings, given: argparse.Namespace) -> int:
    from bot import app

    question, png = given.question, given.png
    with tempfile.TemporaryDirectory() as spare:
        parts = await _open_to_read(chosen, Path(spare))
        try:
            added = await _read(parts)
            for remark in added.remarks:
                print(f"! {remark}", file=sys.stderr)
            story = await app.story_named(parts, given.story)
            reply = await app.ask(parts, question, app.RealClock().now().date(), story)
            picture = None if png is None else await app.picture(parts, question, story)
        finally:
            await asyncio.to_thread(parts.store.close)
    if png is not None and reply.known:
        return _draw(picture, question, png)
    _print_all(reply.messages)
    return 0 if reply.known else FAILED


def _draw(picture: Picture | None, question: str, file: Path) -> int:
    """Writes a picture."""
    from bot.chats import Theme
    from bot.drawing.painting import painted

    png = None if picture is None else painted(picture, Theme.LIGHT)
    if png is None:
        return _failed([f"{question}: expected an answer that can be drawn, got one without numbers or dates to draw."])
    try:
        _write_new(file, png)
    except OSError as error:
        return _failed([_told(error)])
    _say(f"{file} is the picture.")
    return 0


async def _read(parts: Parts) -> Added:
    """Brings the story up to date.

    Raises:
        ConfigurationError: there is no article that can be read.
    """
    from bot.ports import Unread

    added = await parts.read(_show_progress)
    if not (await parts.store.library()).filed:
        unread = [remark.problem for remark in added.remarks if isinstance(remark, Unread)]
        raise ConfigurationError([*unread, parts.folder.nothing_found()])
    return added


async def _open_to_read(chosen: Settings, spare: Path) -> Parts:
    """The store, or one beside it when it holds the story of another folder: to look must not change what is served."""
    parts = _open_or_copy(chosen, chosen.data, spare / "own")
    folders = {filed.source for filed in (await parts.store.library()).filed}
    if not folders or parts.folder.name in folders:
        return parts
    parts.store.close()
    return _open_or_copy(chosen, chosen.data / OTHERS / parts.folder.name, spare / "other")


def _open_or_copy(chosen: Settings, store: Path, spare: Path) -> Parts:
    """The store in ``store``, or a copy in ``spare`` while somebody owns it."""
    from bot import app
    from storage.database_file import copy_database

    database = settings.database_of(chosen)
    try:
        return app.open_parts(chosen, database, store)
    except StoreBusyError:
        spare.mkdir()
        if (store / database).exists():
            copy_database(store / database, spare / database)
        return app.open_parts(chosen, database, spare)


def _keep(chosen: Settings, given: argparse.Namespace) -> int:
    """What is done to the store as a whole."""
    from storage import copies, database_file, exchange, repair

    database = settings.database_of(chosen, sandbox=given.sandbox)
    if chosen.store is not None and database == settings.LIVE:
        return _keep_shared(chosen, given)
    path = chosen.data / database
    try:
        match given.command:
            case "backup":
                database_file.copy_database(path, given.file)
                _say(f"{given.file} is a copy of {path}, whole and checked.")
            case "restore":
                kept = copies.restore(chosen.data, database, given.file)
                _say(f"{path} is what {given.file} was." + (f" The store before is {kept}." if kept else ""))
            case "export" if str(given.file) == "-":
                print(exchange.exported(path), end="")
            case "export":
                _write_new(given.file, exchange.exported(path).encode(), mode=0o600)
                _say(f"{given.file} holds what {path} held.")
            case "import":
                _say(f"{path} holds {exchange.import_into(chosen.data, database, given.file)}")
            case _:
                for sentence in repair.repair(chosen.data, database):
                    _say(sentence)
    except UnfitFileError as error:
        return _failed([str(problem) for problem in error.problems])
    except OSError as error:
        return _failed([_told(error)])
    return 0


def _keep_shared(chosen: Settings, given: argparse.Namespace) -> int:
    """The same for a database that several machines share: it is copied into a file; its own tools do the rest."""
    from bot import app
    from storage import exchange
    from storage.postgres.moving import copy_into_file

    address = app.address_of(chosen)
    if address is None or given.command not in ("backup", "export"):
        problem = Problem(
            where=f"sitrep {given.command}",
            expected="the store of one machine",
            got="SITREP_STORE",
            fix="Use `sitrep move`, or PostgreSQL's own pg_dump and pg_restore.",
        )
        raise ConfigurationError([problem])
    with tempfile.TemporaryDirectory() as spare:
        copy = given.file if given.command == "backup" else Path(spare) / settings.LIVE
        try:
            told = copy_into_file(address, copy)
            if given.command == "backup":
                _say(told)
            elif str(given.file) == "-":
                print(exchange.exported(copy), end="")
            else:
                _write_new(given.file, exchange.exported(copy).encode(), mode=0o600)
                _say(f"{given.file} holds what {address} held.")
        except OSError as error:
            return _failed([_told(error)])
    return 0


def _migrate(chosen: Settings) -> int:
    """Brings the shared database's schema up to date."""
    from bot import app

    address = app.address_of(chosen)
    if address is None:
        problem = Problem(
            where=f"{settings.PREFIX}STORE",
            expected=settings.EXPECTED["store"],
            got="nothing",
            fix="Set it. The file of the embedded store is brought up to date when it is opened.",
        )
        raise ConfigurationError([problem])
    from storage.postgres.migrating import migrate

    for name in migrate(address):
        _say(f"Applied {name}.")
    _say(f"{address} is up to date.")
    return 0


async def _move(chosen: Settings, source: str, target: str) -> int:
    """Copies one store into another."""
    from bot import app

    try:
        _say(await app.move(chosen, source, target, _say))
    except OSError as error:
        return _failed([_told(error)])
    return 0


def _told(error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return f"{error.filename}: expected a name that is free, got a file that exists. Give another name."
    return str(error) if error.filename is None else f"{error.filename}: {error.strerror}."


def _write_new(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Writes a new file; with ``mode`` 0o600 only its owner may read it."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
        file.write(content)


async def _check(chosen: Settings) -> int:
    from bot import checkup

    found = await checkup.problems(chosen, _say)
    for advice in (one for one in found if one.is_advice):
        _say(f"! {advice}")
    if problems := [str(one) for one in found if not one.is_advice]:
        return _failed(problems)
    _say("Everything is in order.")
    return 0


def _say(words: str) -> None:
    print(words, flush=True)


def _show_progress(reading: Reading) -> None:
    name = f" ({reading.article})" if reading.article is not None else " ..."
    print(f"Reading articles: {reading.done}/{reading.total}{name}", file=sys.stderr, flush=True)


def _print_all(messages: Sequence[Message], heading: str | None = None) -> None:
    styled = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    if heading is not None:
        print(f"\n===== {heading} =====\n")
    print("\n\n".join(terminal_text(message.html, styled=styled) for message in messages))


if __name__ == "__main__":
    main()
