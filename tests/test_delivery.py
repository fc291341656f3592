"""Delivery from the real store to the sandbox: in order, past whoever refuses, and with nothing lost or repeated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.desk import delivery as module
from bot.desk.delivery import Delivery
from bot.desk.replies import Place, Replies
from bot.errors import StoreFullError
from bot.outbox import ChatId, Outcome, Outgoing, Sent, State
from bot.render.html import text
from bot.render.message import Message
from bot.sandbox.faults import Fault
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat
from bot.telegram.application import connect, limiter_of
from bot.telegram.limits import Rates
from bot.telegram.sender import TelegramSender
from storage.database_file import DatabaseFile
from storage.tinydb_store import TinyStore, open_store
from tests.chaos.harness import queue
from tests.sandbox_fixtures import new_state

RATES = Rates(total=200)
FILE = "delivery.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A store, a sandbox, and a delivery between them that has not begun."""

    state: SandboxState
    store: TinyStore
    sender: TelegramSender
    delivery: Delivery

    def crowd(self, number: int) -> list[Chat]:
        """So many people who have started the bot."""
        return self.state.add_crowd(number)

    async def queue(self, chats: Sequence[Chat], *texts: str, thread: int | None = None) -> None:
        """Queues the same messages for each chat."""
        threads = {chat.id: thread for chat in chats} if thread is not None else None
        await queue(self.store, {chat.id: texts for chat in chats}, threads)

    def got(self, chat: Chat) -> list[str]:
        """What arrived in a chat."""
        return [text for _, text in self.state.sent.arrivals(chat.id)]

    async def count(self, state: State) -> int:
        """How many messages stand so."""
        return (await self.store.depth()).by_state.get(state, 0)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Delivers while the block runs."""
        task = asyncio.create_task(self.delivery.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def until(self, is_so: Callable[[], Awaitable[bool]], within: float = 60.0) -> None:
        """Waits until it is so."""
        async with asyncio.timeout(within):
            while not await is_so():  # noqa: ASYNC110  (neither the store nor the sandbox has an event for it)
                await asyncio.sleep(0.01)

    async def drained(self) -> None:
        """Delivers until nothing waits."""

        async def is_done() -> bool:
            return not await self.count(State.PENDING) and not await self.count(State.SENDING)

        async with self.at_work():
            await self.until(is_done)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    state = new_state()
    store = open_store(tmp_path, FILE)
    async with serving(state) as address, (application := connect(state.token, address, RATES)).bot as bot:
        sender = TelegramSender(bot=bot, has_turn=True)
        yield Post(
            state=state,
            store=store,
            sender=sender,
            delivery=Delivery(
                store=store,
                sender=sender,
                turns=limiter_of(application),
                now=lambda: datetime.now(UTC),
            ),
        )
    store.close()


def refuse(state: SandboxState, chat: Chat, **fault: object) -> None:
    state.faults.add(replace(Fault(method="sendMessage", chat_id=chat.id), **fault))  # type: ignore[arg-type]


async def test_every_chat_gets_its_messages_in_order_though_some_are_retried(post: Post) -> None:
    chats = post.crowd(10)
    for chat in chats[::5]:
        refuse(post.state, chat, status=429, retry_after=1)
    await post.queue(chats, "one", "two", "three")

    await post.drained()

    assert {tuple(post.got(chat)) for chat in chats} == {("one", "two", "three")}


async def test_a_slow_chat_holds_up_nobody(post: Post) -> None:
    slow, *others = post.crowd(50)
    refuse(post.state, slow, delay=timedelta(seconds=4))
    await post.queue([slow, *others], "x")

    await post.drained()

    (last, _), *_ = post.state.sent.arrivals(slow.id)
    assert all(moment < last for chat in others for moment, _ in post.state.sent.arrivals(chat.id))
    assert [post.got(chat) for chat in (slow, *others)] == [["x"]] * 50


async def _holds(truth: bool) -> bool:
    return truth


async def _has_stopped(post: Post, is_full: bool) -> bool:
    """Whether nothing can be written any more, and all that had begun before has arrived."""
    return is_full and len(post.state.sent) == await post.count(State.SENDING) + await post.count(State.SENT)


async def _are_sending(post: Post, number: int) -> bool:
    return await post.count(State.SENDING) >= number


async def test_a_refused_message_dies_with_its_reason_and_the_next_goes_on(post: Post) -> None:
    (chat,) = post.crowd(1)
    await post.queue([chat], "y" * 5000, "next")

    await post.drained()

    assert post.got(chat) == ["next"]
    (lost,) = await post.store.lost(10)
    assert (lost.message.html, lost.reason) == ("y" * 5000, "refused: Message is too long")


async def test_a_closed_topics_messages_come_to_general_and_administrators_are_told(post: Post) -> None:
    forum = next(chat for chat in post.state.chats.values() if chat.topics)
    topic = next(iter(forum.topics or {}))
    post.state.set_topic_closed(forum, topic, is_closed=True)
    await post.queue([forum], "one", "two", thread=topic)

    await post.drained()

    messages = [message for message in post.state.messages(forum) if message.by_bot]
    assert [(message.text, message.topic_id) for message in messages[:2]] == [("one", None), ("two", None)]
    assert messages[2].text.startswith("The topic that I wrote in is closed or was deleted")
    kept = await post.store.chat(ChatId(forum.id))
    assert kept is not None
    assert kept.thread is None


async def test_administrators_are_told_of_a_closed_topic_in_the_language_of_their_chat(post: Post) -> None:
    async def korean(_: ChatId) -> str:
        return "ko"

    forum = next(chat for chat in post.state.chats.values() if chat.topics)
    topic = next(iter(forum.topics or {}))
    post.state.set_topic_closed(forum, topic, is_closed=True)
    await post.queue([forum], "one", thread=topic)
    post.delivery.language = korean

    await post.drained()

    assert post.got(forum)[-1].startswith("제가 글을 올리던 토픽이 닫혔거나 삭제되어")


async def test_an_answer_for_a_closed_topic_comes_to_general_in_order(post: Post) -> None:
    forum = next(chat for chat in post.state.chats.values() if chat.topics)
    topic = next(iter(forum.topics or {}))
    post.state.set_topic_closed(forum, topic, is_closed=True)
    replies = Replies(sender=post.sender, chats=post.store, clock=post.state.clock)

    await replies.say(Place(chat=ChatId(forum.id), thread=topic), [Message(html=text("1")), Message(html=text("2"))])

    messages = [message for message in post.state.messages(forum) if message.by_bot]
    assert [(message.text, message.topic_id) for message in messages] == [("1", None), ("2", None)]


async def test_a_blocked_chat_keeps_its_messages_until_it_lets_the_bot_in(post: Post) -> None:
    (chat,) = post.crowd(1)
    refuse(post.state, chat, status=403, description="Forbidden: bot was blocked by the user")
    await post.queue([chat], "one", "two")
    await post.drained()
    assert (post.got(chat), await post.count(State.PAUSED)) == ([], 2)

    await post.store.let_in(ChatId(chat.id))
    await post.drained()

    assert post.got(chat) == ["one", "two"]


async def test_a_message_taken_before_its_chat_unsubscribed_is_not_sent(post: Post) -> None:
    (chat,) = post.crowd(1)
    await post.queue([chat], "x")
    turn = post.delivery.turns.turn

    class Late:
        async def wanted(self) -> int:
            return await post.delivery.turns.wanted()

        async def turn(self, chat: ChatId) -> None:
            await post.store.change(chat, lambda kept: kept, drops_waiting=True)
            await turn(chat)

    late = replace(post.delivery, turns=Late())
    await replace(post, delivery=late).drained()

    assert post.got(chat) == []


async def test_a_telegram_out_of_reach_is_asked_now_and_then_and_costs_no_attempts(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_HOLD", timedelta(seconds=0.1))
    chats = post.crowd(300)
    await post.queue(chats, "x")
    down = Fault(status=502, times=10**6)
    post.state.faults.add(down)

    async with post.at_work():
        await post.until(lambda: _holds(post.state.sent.answers["getme 502"] >= 3))
        tried = post.state.sent.answers["sendmessage 502"]
        post.state.faults.clear()
        await post.until(lambda: _holds(all(post.got(chat) for chat in chats)))

    assert tried < 60
    assert {len(post.got(chat)) for chat in chats} == {1}


@pytest.mark.parametrize("writes", [1, 2, 3], ids=["before sending", "after sending", "after another"])
async def test_a_full_disk_stops_delivery_and_neither_loses_nor_repeats(
    post: Post, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    monkeypatch.setattr(module, "STORE_PAUSE", timedelta(seconds=0.2))
    chats = post.crowd(40)
    await post.queue(chats, "x")
    write, left, is_full = DatabaseFile.write, [writes], [True]

    def fills_up(self: DatabaseFile, changes: Mapping[tuple[str, int | None], str | None]) -> None:
        left[0] -= 1
        if is_full[0] and left[0] <= 0:
            raise StoreFullError("no room")
        write(self, changes)

    monkeypatch.setattr(DatabaseFile, "write", fills_up)
    async with post.at_work():
        await post.until(lambda: _has_stopped(post, left[0] <= 0))
        before = len(post.state.sent)
        await asyncio.sleep(0.5)
        assert len(post.state.sent) == before < 40
        is_full[0] = False
        await post.until(lambda: _holds(all(post.got(chat) for chat in chats)))

    assert {len(post.got(chat)) for chat in chats} == {1}


async def test_a_stop_finishes_what_is_in_flight_and_returns_the_rest_undoubted(post: Post) -> None:
    chats = post.crowd(100)
    for chat in chats[:5]:
        refuse(post.state, chat, delay=timedelta(seconds=0.5))
    await post.queue(chats, "x")

    async with post.at_work():
        await post.until(lambda: _are_sending(post, 5))

    in_time = [chat for chat in chats if post.got(chat)]
    assert all(chat in in_time for chat in chats[:5])
    assert (await post.count(State.SENT), await post.count(State.SENDING)) == (len(in_time), 0)
    assert {queued.doubts for queued in await post.store.claim(1000, datetime.now(UTC))} == {0}


async def test_an_error_of_ours_keeps_no_chat_waiting_for_ever(post: Post) -> None:
    (chat,) = post.crowd(1)
    await post.queue([chat], "one", "two")

    class Broken:
        """Fails once in a way nobody foresaw."""

        failed = False

        async def send(self, message: Outgoing) -> Outcome:
            if not self.failed:
                self.failed = True
                raise ZeroDivisionError
            return await post.delivery.sender.send(message)

        async def edit(self, *_: object) -> Outcome:
            return Sent()

        async def is_reachable(self) -> bool:
            return True

    broken = replace(post.delivery, sender=Broken())
    await replace(post, delivery=broken).drained()

    assert post.got(chat) == ["one", "two"]


def in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


async def test_what_was_sent_is_forgotten_after_two_days_and_what_died_after_thirty(post: Post) -> None:
    (chat,) = post.crowd(1)
    await post.queue([chat], "z" * 5000, "fine")
    await post.drained()

    counts = []
    for days in (1, 3, 31):
        later = replace(post.delivery, now=partial(in_days, days))
        counts.append(await later.prune())

    assert counts == [0, 1, 1]
