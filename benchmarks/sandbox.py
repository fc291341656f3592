"""How many requests a second the sandbox answers: ``python -m benchmarks.sandbox``.

The sandbox runs in a process of its own, in its fast mode. The client is made of bare asyncio streams and requests
encoded beforehand, so that it costs as little as possible: what a benchmark of a bot measures must stay below this.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

CHATS = 1000
CONNECTIONS = 100  #: requests in flight


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A sandbox in another process."""

    address: str
    token: str
    process: int

    def control(self, name: str, body: dict[str, object]) -> dict[str, object]:
        """Asks something of the control API."""
        request = urllib.request.Request(
            f"{self.address}/control/{name}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return dict(json.load(answer))

    def crowd(self, number: int) -> list[int]:
        """So many more private chats that have started the bot."""
        chats = self.control("chats", {"private": number})["chat_ids"]
        assert isinstance(chats, list)
        return chats

    def sent(self) -> dict[str, object]:
        """What arrived."""
        with urllib.request.urlopen(f"{self.address}/control/sent") as answer:
            return dict(json.load(answer))

    def cpu_seconds(self) -> float:
        """The processor time the sandbox has used, where the system tells."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


@contextmanager
def sandbox(*arguments: str) -> Iterator[Sandbox]:
    """A sandbox process while the block runs."""
    command = [sys.executable, "-m", "bot.sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            line = json.loads(process.stdout.readline())
            yield Sandbox(address=line["address"], token=line["token"], process=process.pid)
        finally:
            process.terminate()
            process.wait()


def request(target: Sandbox, body: bytes, kind: str) -> bytes:
    """A whole sendMessage request as it goes over the wire."""
    head = (
        f"POST /bot{target.token}/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def as_json(chat_id: int) -> tuple[bytes, str]:
    """A short message, sent as JSON."""
    return json.dumps({"chat_id": chat_id, "text": f"Hello, {chat_id}"}).encode(), "application/json"


def as_form(chat_id: int) -> tuple[bytes, str]:
    """The same, sent as a form, as python-telegram-bot does."""
    return urlencode({"chat_id": chat_id, "text": f"Hello, {chat_id}"}).encode(), "application/x-www-form-urlencoded"


BRIEFING = "\n".join(
    f'<b>{number}.</b> A line of a briefing with a <a href="https://example.org/{number}">link</a> &amp; '
    f"<blockquote expandable>the quotation it rests on, {'word ' * 30}</blockquote>"
    for number in range(8)
)


def as_briefing(chat_id: int) -> tuple[bytes, str]:
    """A message as long and as marked up as a briefing."""
    body = {"chat_id": chat_id, "text": BRIEFING, "parse_mode": "HTML"}
    return json.dumps(body).encode(), "application/json"


async def _answered(reader: asyncio.StreamReader) -> None:
    """Reads one answer; it must be a success."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)


async def rate(target: Sandbox, number: int, encode: Callable[[int], tuple[bytes, str]], chats: list[int]) -> float:
    """Messages a second, of ``number`` sent over ``CONNECTIONS`` connections."""
    requests = [request(target, *encode(chat_id)) for chat_id in chats]
    left = iter(range(number))
    port = int(target.address.rpartition(":")[2])

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for index in left:
            writer.write(requests[index % len(requests)])
            await _answered(reader)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(CONNECTIONS)))
    return number / (time.perf_counter() - started)


def measure(number: int) -> None:
    """Prints one line for each encoding."""
    with sandbox("--fast") as target:
        chats = target.crowd(CHATS)
        for name, encode, part in [("JSON", as_json, 1), ("form", as_form, 1), ("briefing, HTML", as_briefing, 10)]:
            sends = number // part
            before = target.cpu_seconds()
            per_second = run(rate(target, sends, encode, chats))
            busy = (target.cpu_seconds() - before) / sends
            print(f"{name:<16} {sends:>7} messages  {per_second:8,.0f} requests/s  {busy * 1e6:6.0f} µs of CPU each")
        arrived = target.sent()["total"]
        assert arrived == 2 * number + number // 10, f"expected every message to be kept, got {arrived}"


def run(measuring: Coroutine[Any, Any, float]) -> float:
    """Runs in uvloop where it is installed, so that the client is not what is measured."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(measuring)
    return uvloop.run(measuring)


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sandbox")
    parser.add_argument("--messages", type=int, default=50_000)
    measure(parser.parse_args().messages)


if __name__ == "__main__":
    main()
