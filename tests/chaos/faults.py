"""A broadcast through each fault: what Telegram answers, what it does not, and what the machine refuses."""

from __future__ import annotations

import asyncio
import selectors
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.sandbox import Sandbox, sandbox
from bot.desk.delivery import Delivery
from bot.outbox import State
from bot.telegram.application import connect, limiter_of
from bot.telegram.limits import Rates
from bot.telegram.sender import TelegramSender
from storage.tinydb_store import open_store
from tests.chaos.bot import FILE
from tests.chaos.harness import (
    Account,
    account,
    account_of,
    arrivals,
    bot,
    fill,
    queue,
    run_to_the_end,
    texts_for,
)

QUICK = ("--rate", "300")
FORUM, TOPIC = -1002000000001, 2
GROUP = -4001

Fault = Mapping[str, object]
MANY = 10**6

#: What befalls one send in ten, by what the table says of it. Effects "done first" arrive though the answer is lost.
ONE_IN_TEN: Mapping[str, Fault] = {
    "429 for one send in ten": {"status": 429, "retry_after": 1},
    "500 for one in ten": {"status": 500},
    "500 for one in ten, though it arrived": {"status": 500, "is_done_first": True},
    "502 for one in ten": {"status": 502},
    "503 for one in ten": {"status": 503},
    "connection cut before delivery": {"cuts": True},
    "connection cut after delivery": {"cuts": True, "is_done_first": True},
    "answers 0.5 s late": {"delay": 0.5},
}


def one_in_ten(fault: Fault, chats: int = 200, each: int = 3) -> Account:
    """A broadcast of ``chats`` times ``each`` messages while the fault befalls a tenth of all sends."""
    with broadcast(chats, each) as (folder, target, texts):
        target.control("faults", {**fault, "method": "sendMessage", "chance": 0.1, "times": MANY})
        run_to_the_end(folder, target, *QUICK)
        return account(folder, texts, target)


@contextmanager
def broadcast(chats: int, each: int) -> Iterator[tuple[Path, Sandbox, dict[int, list[str]]]]:
    """A sandbox with a crowd, and a store with messages for it."""
    with tempfile.TemporaryDirectory() as name, sandbox("--fast") as target:
        texts = texts_for(target.crowd(chats), each)
        fill(Path(name), texts)
        yield Path(name), target, texts


def answers_too_late() -> Account:
    """One send in fifty is answered after the bot has given the answer up; it takes effect or does not."""
    with broadcast(200, 2) as (folder, target, texts):
        target.control("faults", {"method": "sendMessage", "chance": 0.02, "times": MANY, "delay": 2.5})
        run_to_the_end(folder, target, *QUICK, "--patience", "1")
        time.sleep(3)
        return account(folder, texts, target)


def chats_that_refuse() -> Account:
    """Blocked, deactivated, gone over to another id, too long, and a closed topic, among a hundred that take all."""
    with tempfile.TemporaryDirectory() as name, sandbox("--fast") as target:
        crowd = target.crowd(100)
        blocked, deactivated, long = crowd[:10], crowd[10:20], crowd[20:30]
        texts = texts_for([*crowd, GROUP, FORUM], 2)
        for chat in long:
            texts[chat][0] = "too long " * 500 + str(chat)
        fill(Path(name), texts, threads={FORUM: TOPIC})
        for chat in blocked:
            target.control("bot_role", {"chat_id": chat, "role": "kicked"})
        target.control("faults", {"faults": [_deactivated(chat) for chat in deactivated]})
        moved = int(str(target.control("upgrade", {"chat_id": GROUP})["chat_id"]))
        target.control("topic", {"chat_id": FORUM, "topic_id": TOPIC, "is_closed": True})
        run_to_the_end(Path(name), target, *QUICK)
        texts[moved] = texts.pop(GROUP)
        return account(Path(name), texts, target)


def _deactivated(chat: int) -> Fault:
    description = "Forbidden: user is deactivated"
    return {"method": "sendMessage", "chat_id": chat, "status": 403, "description": description, "times": MANY}


def full_disk() -> Account:
    """Files cannot grow for some seconds of a broadcast; then they can, and after that the process is killed once."""
    with broadcast(1500, 1) as (folder, target, texts):
        arguments = ("--rate", "100", "--full-disk")
        with bot(folder, target, *arguments) as process:
            _until(lambda: "the store cannot be written" in (folder / "log").read_text())
            time.sleep(3)
            before = arrived(target)
            time.sleep(2)
            assert arrived(target) == before, "expected no sends while the store cannot be written"
            process.send_signal(signal.SIGUSR1)
            _until(lambda: arrived(target) > before + 100)
        run_to_the_end(folder, target, *QUICK)
        return account(folder, texts, target)


def arrived(target: Sandbox) -> int:
    """How many messages arrived."""
    return int(str(target.sent()["total"]))


def _until(is_so: Callable[[], bool], within: float = 30.0) -> None:
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, "expected it to happen in time"
        time.sleep(0.05)


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds are ``speed`` times as short: timers, pauses and time limits with them."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._born = time.monotonic()
        super().__init__(_Selector(speed))

    def time(self) -> float:
        """Seconds of the loop's own, fast clock."""
        return self._born + (time.monotonic() - self._born) * self._speed


class _Selector(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        self._speed = speed
        super().__init__()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._speed if timeout else timeout)


def unreachable_for(hours: float, speed: float = 120.0, chats: int = 300) -> Account:
    """Nobody listens where Telegram should for ``hours`` of a clock that goes ``speed`` times as fast."""
    loop = FastLoop(speed)
    try:
        return loop.run_until_complete(_unreachable(loop, timedelta(hours=hours), chats))
    finally:
        loop.close()


async def _unreachable(loop: FastLoop, outage: timedelta, chats: int) -> Account:
    port = _free_port()
    began, at = datetime.now(UTC), loop.time()

    def now() -> datetime:
        return began + timedelta(seconds=loop.time() - at)

    with tempfile.TemporaryDirectory() as name:
        store = open_store(Path(name), FILE)
        texts = texts_for(range(1000003, 1000003 + chats))
        await queue(store, texts)
        application = connect("2000000000:" + "A" * 35, f"http://127.0.0.1:{port}", Rates())
        await application.bot.request.initialize()
        delivery = Delivery(
            store=store,
            sender=TelegramSender(bot=application.bot, has_turn=True),
            turns=limiter_of(application),
            now=now,
        )
        task = asyncio.create_task(delivery.run())
        await asyncio.sleep(outage.total_seconds())
        assert (await store.depth()).by_state.get(State.SENT, 0) == 0
        with sandbox("--fast", "--port", str(port), "--chats", str(chats), "--token", application.bot.token) as target:
            deadline = now() + timedelta(hours=2)
            while (await store.depth()).by_state.get(State.PENDING) and now() < deadline:  # noqa: ASYNC110
                await asyncio.sleep(1)
            task.cancel()
            await asyncio.wait([task])
            await application.bot.request.shutdown()
            found = await account_of(store, texts, arrivals(target))
        store.close()
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
