"""Starting and stopping: with a token, without an answer from Telegram, and with one that is refused."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import app, checkup
from bot.app import NotStartedError, serving
from bot.sandbox.faults import Fault
from bot.settings import LIVE, SANDBOX, SEEDS, Settings
from bot.telegram.application import connect
from tests.conftest import Stage, settings_for

WRONG = "999:AAFexampleexampleexampleexample_-42"


@pytest.fixture
def live(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage in the place of Telegram's own servers."""
    for module in (serving, checkup):
        monkeypatch.setattr(module, "connect", lambda token, **rest: connect(token, stage.address, **rest))
    shutil.copy(stage.data / SANDBOX, stage.data / LIVE)
    return stage


def with_token(data: Path, token: str) -> Settings:
    return Settings.model_construct(
        token=SecretStr(token), data=data, articles=SEEDS, port=0, trackers={}, listen="off"
    )


async def test_with_a_token_the_bot_serves_telegram_until_it_is_stopped(live: Stage) -> None:
    said: list[str] = []
    running = asyncio.create_task(
        app.run(with_token(live.data, live.state.token), sandbox=False, say=said.append, on_progress=lambda _: None)
    )

    (help_text,) = await live.state.ask(live.state.private, "/help")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert help_text.text.startswith("What you can ask")
    assert said[-1] == "Talking to Telegram as https://t.me/sandbox_bot. Ctrl-C stops."
    app.open_parts(settings_for(live.data)).store.close()


async def test_a_bot_waits_for_a_telegram_that_is_out_of_reach(stage: Stage) -> None:
    stage.state.faults.add(Fault(method="getMe", status=500))

    async with stage.bot():
        (help_text,) = await stage.state.ask(stage.state.private, "/help")

    assert help_text.text.startswith("What you can ask")


async def test_a_menu_that_cannot_be_set_does_not_keep_the_bot_from_answering(stage: Stage) -> None:
    stage.state.faults.add(Fault(method="setMyCommands", status=400, description="Bad Request: nonsense"))

    async with stage.bot():
        (help_text,) = await stage.state.ask(stage.state.private, "/help")

    assert help_text.text.startswith("What you can ask")


async def test_a_token_that_telegram_refuses_is_said(stage: Stage) -> None:
    parts = app.open_parts(settings_for(stage.data))

    with pytest.raises(NotStartedError, match="expected a token that Telegram knows, got one that it refuses"):
        async with app.running(connect(WRONG, stage.address), parts, stage.clock):
            pass
    parts.store.close()


async def test_check_asks_telegram_about_the_token(live: Stage) -> None:
    good = await checkup.problems(with_token(live.data, live.state.token), lambda _: None)
    wrong = await checkup.problems(with_token(live.data, WRONG), lambda _: None)
    live.state.faults.add(Fault(method="getMe", status=500))
    silent = await checkup.problems(with_token(live.data, live.state.token), lambda _: None)

    assert good == []
    assert [(problem.where, problem.got) for problem in wrong] == [("SITREP_TOKEN", "one that Telegram refuses")]
    assert [problem.got for problem in silent] == ["no answer (Internal Server Error)"]


async def test_a_damaged_story_is_said_and_read_anew_at_the_start(live: Stage) -> None:
    with closing(sqlite3.connect(live.data / SANDBOX)) as database, database:
        database.execute("UPDATE documents SET document = replace(document, 'publisher', 'printer')")
    said: list[str] = []
    parts = app.open_parts(settings_for(live.data))

    await app.report(await parts.read(lambda _: None), parts, said.append)
    parts.store.close()

    assert "stored story: expected a document of format 3, got one that fails at" in said[0]
    assert said[1].endswith("5 read anew.")
