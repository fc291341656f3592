"""Signs for whoever waits: that somebody writes and, when it takes long, a sentence that the answer replaces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.outbox import ChatId, MessageId, Outgoing
from bot.ports import Signs

UNSEEN = 1.0  #: seconds for which nobody needs a sign
WORDLESS = 3.0  #: seconds after which whoever waits is told that it goes on
SHOWN = 4.5  #: seconds; Telegram shows for 5 that somebody writes


@dataclass(slots=True, kw_only=True)
class Wait:
    """Somebody waits in a chat, and a topic of it; ``words`` say that it goes on, None where that is not said.

    ``said`` is where they stand until the answer takes their place. ``turn`` is held while either is being sent.
    """

    chat: ChatId
    thread: int | None
    words: Callable[[], Outgoing] | None
    said: MessageId | None = None
    is_answered: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


WAIT: ContextVar[Wait | None] = ContextVar("wait", default=None)  #: that of the running task, and of those it starts
_signing: set[asyncio.Task[None]] = set()


def attend(signs: Signs, wait: Wait) -> None:
    """Gives signs until the running task ends; nothing but a timer when that takes no second."""
    work = asyncio.current_task()
    if work is None:
        raise RuntimeError("expected a task to wait for")
    WAIT.set(wait)

    def begin() -> None:
        signing = asyncio.create_task(_sign(signs, wait, work))
        _signing.add(signing)
        signing.add_done_callback(_signing.discard)

    timer = asyncio.get_running_loop().call_later(UNSEEN, begin)
    work.add_done_callback(lambda _: timer.cancel())


async def _sign(signs: Signs, wait: Wait, work: asyncio.Task[object]) -> None:
    """Shows that somebody writes, renewed; says so once; and takes that back if no answer took its place."""
    await signs.typing(wait.chat, wait.thread)
    await asyncio.wait([work], timeout=WORDLESS - UNSEEN)
    if not work.done() and wait.words is not None:
        async with wait.turn:
            if not wait.is_answered:
                wait.said = await signs.note(wait.words())
    while not work.done():
        await signs.typing(wait.chat, wait.thread)
        await asyncio.wait([work], timeout=SHOWN)
    if wait.said is not None:
        at, wait.said = wait.said, None
        await signs.take_back(wait.chat, at)
