"""Machines to order: namespaces of the network, each with an address of its own and two cables, one of which is pulled.

All are inside one more namespace, of the network and of processes, in which the test itself runs: when its first
process ends, however it does, nothing is left of any of them.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import NoReturn

APART = ("unshare", "--net", "--pid", "--mount-proc", "--fork", "--kill-child=SIGKILL")
PROGRAMS = ("unshare", "nsenter", "ip")
DATABASE, TELEGRAM = "10.83.{}.1", "10.84.{}.1"  #: at which addresses a machine finds them, by its number
LOOPBACK, PORT = "127.0.0.1", 8081  #: where Telegram is on each machine; nobody else is there
PROBE = "ip link add sitrep-a type veth peer name sitrep-b"


def why_not() -> str | None:
    """Why there can be no such machines here, in words; None when there can."""
    if sys.platform != "linux":
        return f"namespaces of the network are Linux's, this is {sys.platform}"
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"expected the programs {', '.join(PROGRAMS)}, got none for {', '.join(missing)}"
    if os.geteuid() != 0:  # a user namespace would do for the cables, but the server of the database refuses its root
        return f"only root may make namespaces of the network, this is user {os.geteuid()}"
    tried = subprocess.run([*APART, "sh", "-c", PROBE], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"this machine allows no namespaces: {tried.stderr.strip()}"


def go_apart(module: str, arguments: Sequence[str]) -> NoReturn:
    """Runs ``python -m module`` in the place of this process, where no other network and no other process is."""
    os.execvp(APART[0], [*APART, sys.executable, "-m", module, *arguments])


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine, with a cable to the database and one to Telegram; ``process`` keeps its namespace."""

    number: int
    process: int

    @property
    def database(self) -> str:
        """Where the machine finds the database's server."""
        return DATABASE.format(self.number)

    @property
    def command(self) -> tuple[str, ...]:
        """How the command of a program begins that is to run on the machine."""
        return ("nsenter", f"--net=/proc/{self.process}/ns/net")

    def pull(self) -> None:
        """Pulls the database's cable: whatever is on the way is lost, and nobody is told."""
        _do(f"ip link set dev database{self.number} down")

    def plug(self) -> None:
        """Puts it back."""
        _do(f"ip link set dev database{self.number} up")


@contextmanager
def machines(count: int) -> Iterator[list[Machine]]:
    """So many machines while the block runs, which must be apart: see `go_apart`."""
    _do("ip link set dev lo up")
    with ExitStack() as stack:
        yield [stack.enter_context(_machine(number)) for number in range(1, count + 1)]


@contextmanager
def _machine(number: int) -> Iterator[Machine]:
    relay = f"ip link set dev lo up && exec {sys.executable} -m tests.chaos.networks {TELEGRAM.format(number)}"
    with subprocess.Popen(["unshare", "--net", "sh", "-c", relay], stdout=subprocess.PIPE) as home:
        try:
            assert home.stdout is not None
            assert home.stdout.readline() == b"here\n"
            _lay(home.pid, number, "database", DATABASE)
            _lay(home.pid, number, "telegram", TELEGRAM)
            yield Machine(number=number, process=home.pid)
        finally:
            home.kill()


def _lay(process: int, number: int, name: str, address: str) -> None:
    """Lays a cable from the address here to the next one in the namespace of a process."""
    here, there = f"{name}{number}", f"to-{name}"
    inside = f"nsenter --net=/proc/{process}/ns/net"
    _do(f"ip link add {here} type veth peer name {there} netns {process}")
    _do(f"ip address add {address.format(number)}/30 dev {here}")
    _do(f"ip link set dev {here} up")
    _do(f"{inside} ip address add {address.format(number).removesuffix('1')}2/30 dev {there}")
    _do(f"{inside} ip link set dev {there} up")


def _do(command: str) -> None:
    done = subprocess.run(command.split(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"expected {command!r} to work, got: {done.stderr.strip()}")


@asynccontextmanager
async def relayed(host: str, port: int, *, to: tuple[str, int]) -> AsyncIterator[None]:
    """While the block runs, what comes to one place goes to another: the sandbox serves the loopback alone."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection(*to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))

    async with await asyncio.start_server(relay, host, port):
        yield


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except OSError:  # who was killed says no more
        return
    finally:
        writer.close()


async def _relay_for_ever(telegram: str) -> None:
    """What keeps a machine's namespace: its loopback leads to Telegram."""
    async with relayed(LOOPBACK, PORT, to=(telegram, PORT)):
        print("here", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_relay_for_ever(sys.argv[1]))
