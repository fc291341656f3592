"""The queue behind getUpdates and webhooks: kept until acknowledged, one poller at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from bot.sandbox.refusals import Refusal, conflict

LIMIT = 100  #: updates an answer (Bot API)
KEPT_FOR = timedelta(hours=24)  #: how long an update waits for the bot (Bot API)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Something the bot is told; the content has the Bot API's shape."""

    id: int
    date: datetime
    kind: str
    content: dict[str, object]

    def to_json(self) -> dict[str, object]:
        """The Bot API's ``Update``."""
        return {"update_id": self.id, self.kind: self.content}


class UpdateQueue:
    """Updates in order; those below an asked-for offset are acknowledged and gone, and so are those of yesterday.

    Args:
        now: the clock by which updates grow old.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._waiting: dict[int, Update] = {}  #: by id, the oldest first
        self._next_id = 1
        self._allowed: frozenset[str] | None = None
        self._poller: asyncio.Future[None] | None = None
        self._is_closed = False
        self.on_push: Callable[[Update], None] | None = None  #: a webhook that is to be told at once

    def push(self, kind: str, content: dict[str, object]) -> None:
        """Adds an update, unless the bot asked not to get its kind."""
        if kind in NOT_BY_DEFAULT if self._allowed is None else kind not in self._allowed:
            return
        update = Update(id=self._next_id, date=self._now(), kind=kind, content=content)
        self._waiting[update.id] = update
        self._next_id += 1
        if self.on_push is not None:
            self.on_push(update)
        self._wake()

    def allow(self, kinds: Collection[str] | None) -> None:
        """From now on only these kinds, all usual ones if empty, as before if ``None``."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    @property
    def allowed(self) -> frozenset[str] | None:
        """The kinds the bot chose; None for all usual ones."""
        return self._allowed

    def waiting(self) -> list[Update]:
        """What is not yet acknowledged, the oldest first."""
        self._forget_old()
        return list(self._waiting.values())

    def acknowledge(self, update: Update) -> None:
        """Forgets one update that has been delivered."""
        self._waiting.pop(update.id, None)

    async def fetch(
        self, *, offset: int, limit: int, patience: timedelta, allowed: Collection[str] | None
    ) -> list[Update]:
        """The oldest unacknowledged updates, waiting for one up to ``patience`` of real time.

        Args:
            offset: acknowledges all before it; negative counts from the end and drops the rest.
            allowed: as for ``allow``.

        Raises:
            Refusal: 409, another poller came while this one waited.
        """
        self.allow(allowed)
        self._acknowledge(offset)
        self.interrupt(conflict())
        if not self._waiting and patience and not self._is_closed:
            await self._wait(patience)
        self._forget_old()
        return list(islice(self._waiting.values(), min(max(limit, 1), LIMIT)))

    def interrupt(self, refusal: Refusal) -> None:
        """Ends the waiting poller's wait with a refusal."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(refusal)
            self._poller = None

    def drop_all(self) -> None:
        """Forgets what waits."""
        self._waiting.clear()

    def __contains__(self, update: object) -> bool:
        """Whether ``update`` is not yet acknowledged."""
        return isinstance(update, Update) and update.id in self._waiting

    def __len__(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        """Ends the waiting poller's wait and lets none wait again."""
        self._is_closed = True
        self._wake()

    def open(self) -> None:
        """Lets pollers wait again after ``close``."""
        self._is_closed = False

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:
            offset = self._next_id + offset
        while self._waiting and (oldest := next(iter(self._waiting))) < offset:
            del self._waiting[oldest]

    def _forget_old(self) -> None:
        latest = self._now() - KEPT_FOR
        while self._waiting and (oldest := next(iter(self._waiting.values()))).date < latest:
            del self._waiting[oldest.id]

    async def _wait(self, patience: timedelta) -> None:
        poller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = poller
        try:
            await asyncio.wait_for(poller, patience.total_seconds())
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
