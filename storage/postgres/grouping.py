"""Group commit: what is asked for at the same time is done in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Grouped(Generic[Item, Answer]):
    """Does ``step``, one transaction that answers each item, for all that wait; then for those that came meanwhile."""

    def __init__(self, step: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]]) -> None:
        self._step = step
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    async def do(self, item: Item) -> Answer:
        """Returns the item's answer once the transaction that it was part of is done.

        Who is cancelled takes back an item that waits; a transaction that is under way goes on.

        Raises:
            Exception: what made the transaction fail, to everybody whose item was in it.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                asked = [(item, answer) for item, answer in self._waiting if not answer.done()]
                self._waiting = []
                if asked:
                    await self._do_together(asked)
        finally:
            self._task = None

    async def _do_together(self, asked: Sequence[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._step([item for item, _ in asked])
        except Exception as error:  # noqa: BLE001  (whatever it was, those who asked are told)
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), said in zip(asked, answers, strict=True):
            if not answer.done():
                answer.set_result(said)
