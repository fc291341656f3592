"""Who watches the sandbox (open pages, waiting tests) learns of every change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BACKLOG = 5000  #: changes an idle watcher may fall behind before it is let go


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened: its kind and what the page needs to show it."""

    kind: str
    payload: dict[str, object]


class Changes:
    """Hands every change to every watcher; a watcher that is let go reads ``None`` last."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Change | None]] = set()
        self._is_closed = False

    def publish(self, kind: str, payload: Callable[[], dict[str, object]]) -> None:
        """Tells all watchers; ``payload`` is only made when somebody watches."""
        if not self._watchers:
            return
        change = Change(kind, payload())
        for watcher in tuple(self._watchers):
            if watcher.qsize() >= BACKLOG:
                self._let_go(watcher)
            else:
                watcher.put_nowait(change)

    @contextmanager
    def watching(self) -> Iterator[asyncio.Queue[Change | None]]:
        """A queue of the changes from now on."""
        watcher: asyncio.Queue[Change | None] = asyncio.Queue()
        self._watchers.add(watcher)
        if self._is_closed:
            self._let_go(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def close(self) -> None:
        """Lets every watcher go, and each that comes later at once."""
        self._is_closed = True
        for watcher in tuple(self._watchers):
            self._let_go(watcher)

    def open(self) -> None:
        """Takes watchers again after ``close``."""
        self._is_closed = False

    def _let_go(self, watcher: asyncio.Queue[Change | None]) -> None:
        self._watchers.discard(watcher)
        watcher.put_nowait(None)
