"""Three processes on one database, while they and the server are killed and frozen: ``python -m tests.chaos.workers``.

With ``--cuts`` each is on a machine of its own (`tests.chaos.networks`), and so often one's cable to the database is
pulled.
It prints what became of every message, and ends with 1 when one was lost, or one came twice that no kill excuses.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.sandbox import Sandbox, sandbox
from bot.chats import Schedule
from bot.errors import StoreAwayError
from bot.outbox import ChatId, State
from storage.postgres.addresses import Address
from storage.postgres.store import PostgresStore, open_store
from tests.chaos.harness import Texts, arrivals, queue, texts_for
from tests.chaos.networks import PORT, Machine, go_apart, machines, relayed, why_not
from tests.homes import closed
from tests.postgres import LOOPBACK, Server, serving
from tests.stores import first_step

PROCESSES = 3
RATE = 20.0  #: messages a second of all processes together
LIMIT = 30  #: messages that may arrive in any second: what is sent evenly may arrive unevenly on a busy machine
FROZEN = 4.5  #: seconds; longer than a lease of `tests.chaos.worker`
CUT = 6.0  #: seconds; longer than a lease, too
PATIENCE = 60.0  #: seconds in which nothing arrives; then what is still to come is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of everything: ``excuses`` are the ends of processes that may each have sent one message twice."""

    messages: int
    arrived: int
    lost: int
    duplicates: int
    excuses: int
    briefed: int
    briefed_twice: int
    owed: int
    busiest_second: int

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept."""
        return (
            self.lost == 0
            and self.arrived == self.messages
            and self.briefed == self.owed
            and self.duplicates + self.briefed_twice <= self.excuses
            and self.busiest_second <= LIMIT
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a process runs: how its command begins, and the addresses of the database and of Telegram there."""

    database: str
    telegram: str
    command: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Crew:
    """The processes at work, by place; who is gone is replaced at once."""

    folder: Path
    token: str
    spots: Sequence[Spot]
    feed: str | None = None
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self) -> None:
        """A process at each place; they may not be at work yet."""
        self.processes = [self._started(spot) for spot in self.spots]

    def _started(self, spot: Spot) -> subprocess.Popen[str]:
        command = [*spot.command, sys.executable, "-m", "tests.chaos.worker", str(self.folder), spot.database]
        if self.feed is not None:
            command += ["--feed", self.feed]
        with (self.folder / "log").open("a") as log:
            return subprocess.Popen(
                [*command, spot.telegram, self.token, "--rate", str(RATE)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def wait(self) -> None:
        """Returns once the processes are at work."""
        for process in self.processes:
            assert process.stdout
            line = process.stdout.readline()
            assert line == "at work\n", f"expected a bot at work, got {line!r}: {(self.folder / 'log').read_text()}"

    def kill(self, place: int) -> None:
        """Kills a process and starts another in its place."""
        self.processes[place].kill()
        self.processes[place].wait()
        self.processes[place] = self._started(self.spots[place])

    def end(self) -> None:
        """Ends all."""
        for process in self.processes:
            process.kill()
            process.wait()


async def subscribe(store: PostgresStore, chats: Sequence[int]) -> None:
    """Owes each of these chats a briefing now."""
    due = datetime.now(UTC) - timedelta(minutes=1)
    schedule = Schedule(at=due.time().replace(microsecond=0), since=due - timedelta(days=2))
    for chat in chats:
        await store.change(ChatId(chat), lambda kept: replace(kept, zone="UTC", schedules=(schedule,), next_due=due))


async def until_done(store: PostgresStore, chats: int, target: Sandbox) -> None:
    """Waits until nothing is to be sent any more, and everybody has got something."""
    until, total = time.monotonic() + PATIENCE, None
    while time.monotonic() < until:
        before, total = total, (await asyncio.to_thread(target.sent))["total"]
        if total != before:
            until = time.monotonic() + PATIENCE
        try:
            depth = (await store.depth()).by_state
        except StoreAwayError:
            depth = {State.PENDING: 1}
        if not depth.get(State.PENDING) and not depth.get(State.SENDING):
            arrived = await asyncio.to_thread(arrivals, target)
            if len(arrived) >= chats:
                return
        await asyncio.sleep(0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """How often what is done: processes killed and frozen, the server crashed, cables pulled."""

    kills: int
    freezes: int = 1
    crashes: int = 1
    cuts: int = 0

    @property
    def excuses(self) -> int:
        """How many messages may come twice for it."""
        return self.kills + self.freezes + self.crashes + self.cuts


async def disturb(ours: Crew, server: Server, deeds: Deeds, network: Sequence[Machine], dice: random.Random) -> None:
    """Does all this at random moments."""
    to_do = ["kill"] * deeds.kills + ["freeze"] * deeds.freezes + ["crash"] * deeds.crashes + ["cut"] * deeds.cuts
    dice.shuffle(to_do)
    for deed in to_do:
        await asyncio.sleep(dice.uniform(0.5, 2.0))
        match deed:
            case "kill":
                ours.kill(dice.randrange(PROCESSES))
            case "freeze":
                process = ours.processes[0]
                process.send_signal(signal.SIGSTOP)
                await asyncio.sleep(FROZEN)
                process.send_signal(signal.SIGCONT)
            case "cut":
                machine = dice.choice(network)
                machine.pull()
                await asyncio.sleep(CUT)
                machine.plug()
            case _:
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.revive)


async def ordeal(
    folder: Path, server: Server, deeds: Deeds, *, messages: int, network: Sequence[Machine] = (), seed: int = 1
) -> Found:
    """Sends ``messages``, and as many briefings as a quarter of them, through all of it.

    The processes are on the machines of the ``network``, or all on this one.
    """
    address = server.fresh()
    store = open_store(address)
    with sandbox("--fast") as target:
        port = urlsplit(target.address).port
        assert port is not None
        chats = target.crowd(messages // 2)
        subscribers = target.crowd(messages // 4)
        texts = texts_for(chats, each=2)
        await store.record(first_step())
        await queue(store, texts)
        await subscribe(store, subscribers)
        async with relayed("0.0.0.0", PORT, to=(LOOPBACK, port)) if network else nullcontext():
            spots = [_spot_of(machine, address) for machine in network]
            here = Spot(database=address.url, telegram=target.address)
            ours = Crew(folder=folder, token=target.token, spots=spots or [here] * PROCESSES)
            try:
                ours.start()
                await asyncio.to_thread(ours.wait)
                await disturb(ours, server, deeds, network, random.Random(seed))
                await until_done(store, len(chats) + len(subscribers), target)
                found = await asyncio.to_thread(arrivals, target)
            finally:
                ours.end()
    await closed(store)
    return account(texts, subscribers, found, excuses=deeds.excuses)


def _spot_of(machine: Machine, address: Address) -> Spot:
    return Spot(
        database=address.url.replace(LOOPBACK, machine.database),
        telegram=f"http://{LOOPBACK}:{PORT}",
        command=machine.command,
    )


def account(
    texts: Texts, subscribers: Sequence[int], found: Mapping[int, Sequence[tuple[float, str]]], *, excuses: int
) -> Found:
    """Holds what arrived against what was queued and owed."""
    came = {chat: Counter(text for _, text in found.get(chat, ())) for chat in texts}
    lost = sum(text not in came[chat] for chat, lines in texts.items() for text in lines)
    duplicates = sum(count - 1 for counts in came.values() for count in counts.values())
    briefings = [len(found.get(chat, ())) for chat in subscribers]
    usual = Counter(briefings).most_common(1)[0][0]
    messages = sum(map(len, texts.values()))
    return Found(
        messages=messages,
        arrived=messages - lost,
        lost=lost,
        duplicates=duplicates,
        excuses=excuses,
        briefed=sum(count >= usual > 0 for count in briefings),
        briefed_twice=sum(max(count - usual, 0) for count in briefings),
        owed=len(subscribers),
        busiest_second=busiest_second([at for these in found.values() for at, _ in these]),
    )


def busiest_second(moments: Sequence[float]) -> int:
    """How many of these lie in the second that holds the most."""
    ordered = sorted(moments)
    return max(bisect_left(ordered, at + 1.0) - place for place, at in enumerate(ordered))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.workers", description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cuts", type=int, default=0)
    parser.add_argument("--is-apart", action="store_true", help="said by this program to itself")
    given = parser.parse_args()
    deeds = Deeds(kills=given.kills, cuts=given.cuts)
    if given.cuts and not given.is_apart:
        if reason := why_not():
            sys.exit(reason)
        go_apart("tests.chaos.workers", [*sys.argv[1:], "--is-apart"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # by itself the first process of a namespace heeds none
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        network = stack.enter_context(machines(PROCESSES)) if given.cuts else []
        everywhere = ("-clisten_addresses=*",) if network else ()
        server = stack.enter_context(serving(*everywhere, listen=LOOPBACK))
        found = asyncio.run(ordeal(folder, server, deeds, messages=given.messages, network=network, seed=given.seed))
    print(found)
    sys.exit(0 if found.is_good else 1)


if __name__ == "__main__":
    main()
