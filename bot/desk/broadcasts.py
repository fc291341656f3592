"""One message for everybody: written, looked at, confirmed; then queued batch by batch, whatever happens meanwhile.

How far it is stands in the store, so another process goes on where this one stopped; and in every chat it has the same
key in the outbox, so nobody gets it twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.chats import Chat
from bot.desk.due import quiet_until
from bot.desk.replies import Place, outgoing
from bot.outbox import Broadcast, ChatId, MessageId, Outgoing, Stage, State
from bot.ports import BroadcastStore, ChatStore, Clock, Sender
from bot.render.message import Message
from bot.render.operators import Progress, broadcast_progress

log = structlog.get_logger(__name__)

A_BATCH = 100  #: chats in one step of the store


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A broadcast that waits for its operator's word, and how many chats would get it now."""

    broadcast: Broadcast
    recipients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcasts:
    """The desk for broadcasts; ``shown`` is what each one's message says how far it is."""

    store: BroadcastStore
    chats: ChatStore
    sender: Sender
    clock: Clock
    shown: dict[int, Message] = field(default_factory=dict)

    async def draft(self, html: str) -> Draft:
        """A broadcast that nobody gets yet."""
        now = self.clock.now()
        drafted = await self.store.draft(html, now)
        return Draft(broadcast=drafted, recipients=len(await self.store.recipients(now)))

    async def confirm(self, number: int, chat: ChatId, panel: MessageId) -> Message | None:
        """Begins to send a draft, and tells how far it is, as the message ``panel`` will; None when there is none.

        Confirming twice is confirming once.
        """
        recipients = len(await self.store.recipients(self.clock.now()))

        def begin(kept: Broadcast) -> Broadcast:
            if kept.stage is not Stage.DRAFT:
                return kept
            return replace(kept, stage=Stage.SENDING, recipients=recipients, chat=chat, panel=panel)

        begun = await self.store.change_broadcast(number, begin)
        if begun is None or begun.stage is not Stage.SENDING:
            return None
        log.info("a broadcast begins", number=number, chats=begun.recipients)
        return broadcast_progress(_progress(begun, await self.store.reach(begun.key)))

    async def call_back(self, number: int) -> Stage | None:
        """Ends a broadcast: who has it keeps it, nobody else gets it.

        Returns how far it was; None when it was over already.
        """
        found = await self._find(number)
        if found is None:
            return None
        if found.stage is Stage.DRAFT:
            await self.store.end_broadcast(number)
            return Stage.DRAFT
        await self.store.change_broadcast(number, lambda kept: replace(kept, stage=Stage.CALLED_BACK))
        log.info("a broadcast is called back", number=number)
        return found.stage

    async def go_on(self) -> None:
        """Queues what is still to be queued, drops what was called back, and tells the operators how far it is."""
        for broadcast in await self.store.broadcasts():
            match broadcast.stage:
                case Stage.DRAFT:
                    continue
                case Stage.SENDING:
                    await self._spread(broadcast)
                case Stage.CALLED_BACK:
                    await self.store.call_back(broadcast.key)
            await self._tell(broadcast.number)

    async def _spread(self, broadcast: Broadcast) -> None:
        if broadcast.is_queued:
            return
        now = self.clock.now()
        waiting = [
            chat for chat in await self.store.recipients(now) if broadcast.reached is None or chat > broadcast.reached
        ]
        for start in range(0, len(waiting) or 1, A_BATCH):
            batch = waiting[start : start + A_BATCH]
            messages = await self._addressed(broadcast, batch)
            broadcast = replace(
                broadcast,
                reached=batch[-1] if batch else broadcast.reached,
                queued=broadcast.queued + len(messages),
                is_queued=start + A_BATCH >= len(waiting),
            )
            if not await self.store.spread(broadcast.number, messages, broadcast, now):
                return

    async def _addressed(self, broadcast: Broadcast, chats: Sequence[ChatId]) -> list[Outgoing]:
        kept = [await self.chats.chat(chat) for chat in chats]
        return [
            Outgoing(
                key=broadcast.key,
                chat=chat.id,
                html=broadcast.html,
                thread=chat.thread,
                silent=chat.choices.silent or self._is_quiet(chat),
            )
            for chat in kept
            if chat is not None
        ]

    def _is_quiet(self, chat: Chat) -> bool:
        quiet = chat.choices.quiet
        return quiet is not None and quiet_until(quiet, chat.zone or "UTC", self.clock.now()) is not None

    async def _find(self, number: int) -> Broadcast | None:
        return next((one for one in await self.store.broadcasts() if one.number == number), None)

    async def _tell(self, number: int) -> None:
        found = await self._find(number)
        if found is None:
            return
        progress = _progress(found, await self.store.reach(found.key))
        message = broadcast_progress(progress)
        if found.chat is not None and found.panel is not None and self.shown.get(number) != message:
            await self.sender.edit(found.panel, outgoing(Place(chat=found.chat), message))
            self.shown[number] = message
        if progress.is_over:
            await self.store.end_broadcast(number)
            self.shown.pop(number, None)


def _progress(broadcast: Broadcast, reach: Mapping[State, int]) -> Progress:
    waiting = reach.get(State.PENDING, 0) + reach.get(State.SENDING, 0)
    is_called_back = broadcast.stage is Stage.CALLED_BACK
    return Progress(
        number=broadcast.number,
        recipients=broadcast.recipients,
        sent=reach.get(State.SENT, 0),
        given_up=reach.get(State.DEAD, 0),
        held_back=reach.get(State.PAUSED, 0),
        is_called_back=is_called_back,
        is_over=(broadcast.is_queued or is_called_back) and not waiting,
    )
