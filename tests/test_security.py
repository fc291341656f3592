"""What docs/security.md promises and no other test shows: no secret in a log, no file for others, SQL by parameters."""

from __future__ import annotations

import ast
import asyncio
import io
import re
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot import logs
from bot.asgi import LOOPBACK
from bot.doors import Doors
from bot.sandbox.faults import Fault
from bot.settings import ROOT
from bot.surface.webhook import SECRET_HEADER, secret_of
from storage.postgres.addresses import Address
from tests.conftest import ROUNDS, Stage, free_port

PASSWORD = "hunter2-and-more"


async def test_no_secret_is_logged_in_any_detail(stage: Stage, spoken: io.StringIO) -> None:
    state, token = stage.state, stage.state.token
    port = free_port()
    url = f"http://{LOOPBACK}:{port}/telegram"
    async with stage.bot(doors=Doors(listen=(LOOPBACK, port), webhook=url), operators=(state.private.id,)):
        for words in ("/start", "/status", "/subscribe 10:00 Kyiv", "/troops", f"what is {token}?"):
            await state.ask(state.private, words)
        state.faults.add(Fault(method="sendMessage", status=500))
        state.faults.add(Fault(method="sendMessage", cuts=True))
        state.say(state.private, "/help")
        state.say(state.private, "/summary")
        await asyncio.sleep(ROUNDS)
        async with aiohttp.ClientSession() as session:
            for headers in ({}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: secret_of(token)}):
                async with session.post(url, data=b"no update", headers=headers):
                    pass
        log = structlog.get_logger("tests")
        try:
            raise RuntimeError(f"https://api.telegram.org/bot{token}/getMe")
        except RuntimeError:
            log.exception("a library's error", url=f"https://api.telegram.org/bot{token}/getMe")
    told = spoken.getvalue()

    assert len(told.splitlines()) > 10
    for secret in (token, token.partition(":")[2], secret_of(token)):
        assert secret not in told


async def test_a_password_of_the_database_is_logged_by_nobody(spoken: io.StringIO) -> None:
    address = Address(url=f"postgresql://somebody:{PASSWORD}@{LOOPBACK}:1/nowhere")
    logs.configure(secrets=address.secrets(), verbose=True)
    log = structlog.get_logger("tests")

    log.info("about to connect", address=address, url=address.url)

    assert PASSWORD not in repr(address)
    assert PASSWORD not in spoken.getvalue()


async def test_what_the_bot_writes_is_for_its_user_alone(stage: Stage) -> None:
    async with stage.bot(operators=(stage.state.private.id,)):
        await stage.state.ask(stage.state.private, "/subscribe 10:00 Kyiv")
        modes = {path.name: path.stat().st_mode & 0o777 for path in stage.data.iterdir() if path.is_file()}

    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


def modules() -> Iterator[Path]:
    yield from sorted((ROOT / "storage").rglob("*.py"))


def sql_of(path: Path) -> Iterator[ast.expr]:
    """The first argument of every call that runs a statement."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="execute" | "executemany" | "copy"), args=[first, *_]):
                yield first


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: path.stem)
def test_no_value_is_written_into_a_statement(path: Path) -> None:
    """A statement is a constant, or put together from constants of the module and marks of parameters."""
    source = path.read_text(encoding="utf-8")
    known = set(re.findall(r"^([A-Z][A-Z0-9_]*)\b", source, re.MULTILINE))
    known |= set(re.findall(r"^ +(\w+) = \",\"\.join\(\[\"[(),?]+\"\]", source, re.MULTILINE))
    for statement in sql_of(path):
        names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        parts = [node for node in ast.walk(statement) if isinstance(node, ast.FormattedValue)]
        assert not parts or names <= known, f"{path.name}: {ast.unparse(statement)}"


@pytest.mark.parametrize("name", ["bot", "handlers", "storage"])
def test_nothing_is_run_that_came_as_text(name: str) -> None:
    for path in (ROOT / name).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            assert called not in ("eval", "exec", "compile", "__import__"), f"{path}: {called}"
            if isinstance(node, ast.Import):
                assert not {"pickle", "marshal", "shelve"} & {alias.name for alias in node.names}, path
