"""What the shared store costs: ``python -m benchmarks.postgres planning|sending|answers``.

Each on a server of its own that waits for its disk, with real processes at work, and beside it in the same run a plain
loop of psycopg for the same work, the yardstick. ``planning --chats 1000000 --processes 2`` and ``sending --messages
20000`` say how much of it; ``answers`` takes the commands of `benchmarks.commands` to both stores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg

from benchmarks.commands import seconds_of_sitrep, show
from benchmarks.store import NOW, due
from bot.chats import Chat
from bot.outbox import ChatId
from storage.codec import chat_text, content_text
from storage.postgres.addresses import Address
from storage.rows import Content
from tests.postgres import LASTING, LOOPBACK, serving

CREWS = (1, 2, 4)  #: processes at once
PLAIN_CHATS = 200_000  #: planned by the yardstick
RATE = 1000.0  #: messages a second that Telegram takes for Stars
AT_THE_RATE = 10_000  #: messages sent at this rate
CHATS = """
INSERT INTO chats (id, document)
SELECT n, %s::jsonb || jsonb_build_object('id', n) FROM generate_series(%s::bigint, %s::bigint) AS n
"""
A_STEP = 100_000  #: chats made in one transaction
PLAIN = """
CREATE TABLE plain_chats (id bigint PRIMARY KEY, next_due timestamptz);
CREATE TABLE plain_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, chat bigint, key text, body text,
    UNIQUE (chat, key));
"""
PLAIN_CHAT = "INSERT INTO plain_chats SELECT n, %s FROM generate_series(1, %s) AS n"
PLAIN_INDEX = "CREATE INDEX ON plain_chats (next_due, id) WHERE next_due IS NOT NULL"
CONTENT = "INSERT INTO contents (hash, document) VALUES ('\\x00', %s) ON CONFLICT (hash) DO NOTHING"
MESSAGES = """
INSERT INTO outbox (chat, key, state, content, queued)
SELECT n, 'briefing', 'pending', (SELECT id FROM contents), now() FROM generate_series(1, %s) AS n
"""
SIZES = "SELECT name, pg_total_relation_size(name::regclass) FROM unnest(%s::text[]) AS t (name)"
TEXT = "<b>News</b> " * 50

Found = dict[str, float]


def working(address: Address, works: Sequence[Sequence[str]]) -> list[Found]:
    """What processes found that did these works at the same time."""
    with ExitStack() as stack:
        crew = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.postgres_process", work, address.url, *options],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for work, *options in works
        ]
        try:
            for process in crew:
                _line(process, "ready")
            for process in crew:
                assert process.stdin is not None
                process.stdin.write("\n")
                process.stdin.flush()
            return [json.loads(_line(process, "{")) for process in crew]
        finally:
            for process in crew:
                process.kill()


def _line(process: subprocess.Popen[str], begins: str) -> str:
    """The next line that begins so; log lines are passed over."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(begins):
            return line
    raise RuntimeError(f"expected a line that begins with {begins!r}, got the process's end: {process.wait()}")


def planning(chats: int, processes: int) -> None:
    """Everybody is due, and planned by the real desk."""
    with serving(LASTING, listen=LOOPBACK) as server:
        address = server.fresh()
        with psycopg.connect(address.conninfo(), autocommit=True) as connection:
            document = chat_text(due(NOW)(Chat(id=ChatId(0))))
            for first in range(1, chats + 1, A_STEP):
                connection.execute(CHATS, (document, first, min(first + A_STEP - 1, chats)))
            connection.execute(PLAIN)
            connection.execute(PLAIN_CHAT, (NOW, PLAIN_CHATS))
            connection.execute(PLAIN_INDEX)
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        found = working(address, [["plan"]] * processes)
        lasted = max(one["seconds"] for one in found)
        count = sum(one["count"] for one in found)
        assert count == chats, f"expected {chats} chats planned once, got {count}"
        tell(f"planning {chats:,}, {processes} at once", count, lasted)
        for one in found:
            print("  ", ", ".join(f"{name} {value:,.2f}" for name, value in one.items()), flush=True)
        print("  ", ", ".join(f"{name}: {size:,.0f} bytes a row" for name, size in sizes(address, chats).items()))
        (plainly,) = working(address, [["plan plainly"]])
        tell("yardstick: a plain loop, two small tables", plainly["count"], plainly["seconds"])
        (asked,) = working(address, [["ask plainly"]])
        print(f"yardstick of the tick: SELECT 1 takes {asked['idle tick ms']:.2f} ms")
        print(f"ratio {count / lasted / (plainly['count'] / plainly['seconds']):.2f}")


def sizes(address: Address, rows: int) -> Found:
    """What a row takes on disk with its part of the indexes, dead versions included."""
    with psycopg.connect(address.conninfo()) as connection:
        found = connection.execute(SIZES, (["chats", "outbox"],)).fetchall()
    return {name: size / rows for name, size in found}


def sending(messages: int) -> None:
    """One message a chat, sent by the real delivery to a wire that takes all at once."""
    with serving(LASTING, listen=LOOPBACK) as server:
        address = server.fresh()
        fill(address, messages)
        (plainly,) = working(address, [["send plainly"]])
        yardstick = plainly["count"] / plainly["seconds"]
        tell("yardstick: a plain loop, batches of 100", plainly["count"], plainly["seconds"])
        for processes in CREWS:
            fill(address, messages)
            lasted = max(one["seconds"] for one in working(address, [["send"]] * processes))
            tell(f"sent, {processes} at once", messages, lasted)
            print(f"   ratio {messages / lasted / yardstick:.2f}")
        for processes in CREWS:
            fill(address, AT_THE_RATE)
            lasted = max(one["seconds"] for one in working(address, [["send", "--rate", str(RATE)]] * processes))
            tell(f"sent at {RATE:,.0f}/s, {processes} at once", AT_THE_RATE, lasted)


def fill(address: Address, messages: int) -> None:
    """An outbox that holds only this."""
    with psycopg.connect(address.conninfo(), autocommit=True) as connection:
        connection.execute("TRUNCATE outbox")
        connection.execute(CONTENT, (content_text(Content(html=TEXT)),))
        connection.execute(MESSAGES, (messages,))
        connection.execute("VACUUM ANALYZE outbox")
        connection.execute("CHECKPOINT")


def answers() -> None:
    """The commands of `benchmarks.commands`, on both stores."""
    with serving(LASTING, listen=LOOPBACK) as server:
        for name, address in (("TinyDB", None), ("PostgreSQL", server.fresh().url), ("TinyDB, again", None)):
            with tempfile.TemporaryDirectory() as folder:
                show(name, asyncio.run(seconds_of_sitrep(Path(folder), address)))


def tell(name: str, count: float, seconds: float) -> None:
    """Prints how many a second."""
    print(f"{name}: {count:,.0f} in {seconds:.2f} s, {count / seconds:,.0f} a second", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.postgres")
    parser.add_argument("what", choices=["planning", "sending", "answers"])
    parser.add_argument("--chats", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--messages", type=int, default=20_000)
    given = parser.parse_args()
    works: dict[str, Callable[[], None]] = {
        "planning": lambda: planning(given.chats, given.processes),
        "sending": lambda: sending(given.messages),
        "answers": answers,
    }
    works[given.what]()


if __name__ == "__main__":
    main()
