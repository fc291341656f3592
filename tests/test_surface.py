"""What the bot shows to machines: health, readiness, metrics, Telegram's webhook, the service manager."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from bot import logs, settings
from bot.asgi import LOOPBACK
from bot.doors import DoorError, Doors
from bot.errors import ConfigurationError
from bot.sandbox.faults import Fault
from bot.surface.webhook import LONGEST, SECRET_HEADER, secret_of
from bot.telegram.application import App
from bot.vitals import LONGEST_SILENCE, Part, Vitals
from bot.watchdog import ServiceManager
from tests.conftest import Stage, free_port

SENT = "sitrep_delivery_outcomes_total,Sent"
PATIENCE = 90  #: seconds of real time that a test waits for something that comes by itself


class StopWatch:
    """A monotonic clock that can be put forward."""

    later = 0.0

    def now(self) -> float:
        return time.monotonic() + self.later


@asynccontextmanager
async def open_bot(
    stage: Stage, change: Callable[[App], None] = lambda _: None, vitals: Vitals | None = None
) -> AsyncIterator[str]:
    """A bot with its doors open, and their address."""
    port = free_port()
    async with stage.bot(change, doors=Doors(listen=(LOOPBACK, port), vitals=vitals or Vitals())):
        yield f"http://{LOOPBACK}:{port}"


async def got(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def ready(address: str) -> tuple[int, list[str]]:
    status, body = await got(f"{address}/readyz")
    return status, json.loads(body)["troubles"]


async def until_ready(address: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await ready(address))[0] != 200:  # noqa: ASYNC110  (another process would poll as well)
            await asyncio.sleep(0.05)


async def measured(address: str) -> dict[str, float]:
    """Every sample by its name and labels."""
    _, text = await got(f"{address}/metrics")
    return {
        ",".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_bot_at_work_is_alive_and_ready(stage: Stage) -> None:
    async with open_bot(stage) as address:
        await until_ready(address)

        assert await got(f"{address}/healthz") == (200, "alive\n")


async def test_a_bot_whose_scheduler_stands_still_lives_and_is_not_ready(stage: Stage) -> None:
    watch = StopWatch()
    applications: list[App] = []
    async with open_bot(stage, change=applications.append, vitals=Vitals(clock=watch.now)) as address:
        await until_ready(address)
        queue = applications[0].job_queue
        assert queue is not None
        await queue.stop()
        watch.later = LONGEST_SILENCE[Part.SCHEDULER].total_seconds() + 1

        assert (await got(f"{address}/healthz"))[0] == 200
        status, (trouble,) = await ready(address)
    assert (status, trouble.startswith("scheduler: no sign of life for 1")) == (503, True)


async def test_a_bot_that_telegram_does_not_answer_is_not_ready_until_it_does(stage: Stage) -> None:
    watch = StopWatch()
    async with open_bot(stage, vitals=Vitals(clock=watch.now)) as address:
        await until_ready(address)
        for method in ("getUpdates", "getMe"):
            stage.state.faults.add(Fault(method=method, cuts=True, times=1_000_000))
        async with asyncio.timeout(PATIENCE):  # the poll that is under way ends well
            while (answer := await ready(address))[0] == 200:
                watch.later += LONGEST_SILENCE[Part.TELEGRAM].total_seconds()
                await asyncio.sleep(0.3)
        stage.state.faults.clear()
        await until_ready(address)

    assert [trouble.partition(":")[0] for trouble in answer[1]] == ["telegram"]


async def test_what_happens_is_counted_in_the_form_that_prometheus_reads(stage: Stage) -> None:
    async with open_bot(stage) as address:
        await until_ready(address)
        before = await measured(address)
        await stage.state.ask(stage.state.private, "/help")
        after = await measured(address)

    assert after["sitrep_updates_total,message"] - before.get("sitrep_updates_total,message", 0) == 1
    assert after["sitrep_update_seconds_count"] - before["sitrep_update_seconds_count"] == 1
    assert after["sitrep_outbox_messages,pending"] == 0
    assert after["sitrep_last_sign_of_life_seconds,scheduler"] < LONGEST_SILENCE[Part.SCHEDULER].total_seconds()


async def test_what_became_of_a_pushed_message_is_counted(stage: Stage) -> None:
    async with open_bot(stage) as address:
        await stage.state.ask(stage.state.private, "/subscribe 10:00 Kyiv")
        before = await measured(address)
        stage.clock.move_to(stage.clock.now() + timedelta(days=1))
        after = await measured(address)
        async with asyncio.timeout(PATIENCE):
            while after.get(SENT, 0) == before.get(SENT, 0):
                await asyncio.sleep(0.05)
                after = await measured(address)

    assert after["sitrep_store_commit_seconds_count"] > before["sitrep_store_commit_seconds_count"]


async def test_an_address_in_use_is_said_and_stops_only_a_bot_that_was_told_to_listen_there(stage: Stage) -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        with pytest.raises(DoorError, match=r"SITREP_LISTEN: expected an address that is free, got 127\.0\.0\.1:"):
            async with stage.bot(doors=Doors(listen=(LOOPBACK, taken.getsockname()[1]), is_asked=True)):
                pass
        async with stage.bot(doors=Doors(listen=(LOOPBACK, taken.getsockname()[1]))):  # nobody asked for this one
            (answer,) = await stage.state.ask(stage.state.private, "/help")

    assert answer.text.startswith("What you can ask")


@asynccontextmanager
async def hooked_bot(stage: Stage) -> AsyncIterator[str]:
    """A bot to which the sandbox posts updates, and the address it posts to."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}/telegram"
    async with stage.bot(doors=Doors(listen=(LOOPBACK, port), webhook=url)):
        yield url


async def test_with_a_webhook_telegram_posts_and_the_bot_answers(stage: Stage) -> None:
    async with hooked_bot(stage) as url:
        (answer,) = await stage.state.ask(stage.state.private, "/help")

        assert answer.text.startswith("What you can ask")
        assert stage.state.webhook is not None
        assert stage.state.webhook.settings.url == url


async def test_a_bot_that_polls_again_takes_the_webhook_away(stage: Stage) -> None:
    async with hooked_bot(stage):
        pass
    async with stage.bot():
        (answer,) = await stage.state.ask(stage.state.private, "/help")

    assert answer.text.startswith("What you can ask")


async def posted(url: str, body: bytes, secret: str) -> int:
    headers = {SECRET_HEADER: secret}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_only_telegram_gets_in_and_only_with_an_update(stage: Stage) -> None:
    update = json.dumps({"update_id": 4_000_000}).encode()
    secret = secret_of(stage.state.token)
    async with hooked_bot(stage) as url:
        assert await posted(url, update, "") == 403
        assert await posted(url, update, secret[:-1]) == 403
        assert await posted(url, b"{", secret) == 400
        assert await posted(url, b"[]", secret) == 400
        assert await posted(url, b" " * (LONGEST + 1), secret) == 413
        assert await posted(url, update, secret) == 200


async def test_an_update_that_comes_twice_is_answered_once(stage: Stage) -> None:
    person = {"id": stage.state.private.id, "is_bot": False, "first_name": "You"}
    chat = {"id": stage.state.private.id, "type": "private", "first_name": "You"}
    entities = [{"type": "bot_command", "offset": 0, "length": 5}]
    message = {"message_id": 1, "date": 0, "chat": chat, "from": person, "text": "/help", "entities": entities}
    update = json.dumps({"update_id": 4_000_001, "message": message}).encode()
    counted = "sitrep_updates_total,message"
    port = free_port()
    url = f"http://{LOOPBACK}:{port}/telegram"
    async with stage.bot(doors=Doors(listen=(LOOPBACK, port), webhook=url)):
        before = (await measured(f"http://{LOOPBACK}:{port}")).get(counted, 0)
        for _ in range(3):
            assert await posted(url, update, secret_of(stage.state.token)) == 200
        await stage.state.ask(stage.state.private, "/help")
        after = (await measured(f"http://{LOOPBACK}:{port}"))[counted]

    assert after - before == 2  # the repeated one, and the question after it


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[tuple[ServiceManager, socket.socket]]:
    path = tmp_path / "notify"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as line:
        line.bind(str(path))
        line.settimeout(PATIENCE)
        yield ServiceManager(address=str(path)), line


async def test_the_service_manager_hears_that_the_bot_is_ready_lives_and_stops(
    stage: Stage, manager: tuple[ServiceManager, socket.socket]
) -> None:
    tells, line = manager
    async with stage.bot(doors=Doors(manager=tells)):
        words = [await asyncio.to_thread(line.recv, 100) for _ in range(2)]
    words.append(line.recv(100))

    assert words == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_manager_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    ServiceManager(address=str(tmp_path / "nobody")).tell("READY=1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITREP_LISTEN", "8481"),
        ("SITREP_LISTEN", "127.0.0.1:99999"),
        ("SITREP_LISTEN", "http://127.0.0.1:80"),
        ("SITREP_WEBHOOK", "http://bot.example.org/hook"),
        ("SITREP_WEBHOOK", "bot.example.org"),
        ("SITREP_LOG_FORMAT", "xml"),
        ("SITREP_LOG_LEVEL", "trace"),
    ],
)
def test_a_door_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError) as refusal:
        settings.read({name: value})

    (problem,) = refusal.value.problems
    assert (problem.where, problem.got) == (f"environment variable {name}", repr(value))
    assert problem.expected == settings.EXPECTED[name.removeprefix("SITREP_").lower()]


def test_a_line_of_the_log_is_one_json_object_when_machines_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.configure(secrets=("s3cret",), as_json=True)
        try:
            raise ValueError("s3cret")
        except ValueError:
            structlog.get_logger("a").exception("failed", chat=7)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)

    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert (found["event"], found["chat"], found["level"]) == ("failed", 7, "error")
    assert "s3cret" not in line
    assert "ValueError" in found["exception"]
