"""What a store promises about news: pending until spread, told in one step, kept a while."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chats import Alerts, Chat, Heard, HeldAlert
from bot.digest.alert import Alert, AlertKind, NewFigure
from bot.digest.watched import Watch
from bot.outbox import ChatId, State
from bot.ports import Planned, Spreading
from bot.stories import MAIN, News, StoryName
from storage.tinydb_store import TinyStore
from tests.stores import BLOCKED, NOW, first_step, message, opened, report_of

A_WEEK = timedelta(days=7)
OTHER = StoryName("other")
FERRY = Watch(any_of=("ferry",))
ALERT = Alert(keys=("a",), kind=AlertKind.EVENT, told=NewFigure(claims=()), importance=2.5)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    found = opened(tmp_path)
    yield found
    found.close()


async def recorded(store: TinyStore, name: StoryName = MAIN, age: timedelta = timedelta()) -> News:
    """News as the step that records articles leaves it."""
    async with store._commits.step():
        return store._news.put(name, NOW - age, (1,), (ALERT,))


async def listening(store: TinyStore, chat: int, name: StoryName = MAIN, watches: tuple[Watch, ...] = ()) -> Chat:
    alerts = Alerts(on=True, watches=watches)
    return await store.change(
        ChatId(chat), lambda kept: replace(kept, story=name, choices=replace(kept.choices, alerts=alerts))
    )


def telling(chat: Chat, *numbers: int) -> Planned:
    after = replace(chat, heard=replace(chat.heard, told=chat.heard.told + 1))
    return Planned(before=chat, after=after, messages=tuple(message(number, chat.id) for number in numbers))


async def pending(store: TinyStore) -> int:
    return (await store.depth()).by_state[State.PENDING]


async def test_news_is_pending_in_order_until_it_is_spread_also_after_a_restart(tmp_path: Path) -> None:
    first = opened(tmp_path)
    one, two = await recorded(first), await recorded(first, OTHER)
    first.close()
    second = opened(tmp_path)

    assert await second.pending_news() == Spreading(news=one)
    await second.end_news(one.number, keep=True)
    assert await second.pending_news() == Spreading(news=two)
    await second.end_news(two.number, keep=False)
    assert await second.pending_news() is None
    assert await second.news([one.number, two.number, 99]) == {one.number: one}
    second.close()


async def test_numbers_are_never_used_again(tmp_path: Path) -> None:
    first = opened(tmp_path)
    for _ in range(2):
        await first.end_news((await recorded(first)).number, keep=False)
    first.close()
    second = opened(tmp_path)

    assert (await recorded(second)).number == 3
    second.close()


async def test_chats_are_told_in_one_step_with_how_far_the_news_is(tmp_path: Path) -> None:
    first = opened(tmp_path)
    news, chat = await recorded(first), await listening(first, 42)

    assert await first.tell([telling(chat, 1)], Spreading(news=news), chat.id, NOW)
    first.close()
    second = opened(tmp_path)

    assert await second.pending_news() == Spreading(news=news, reached=chat.id)
    assert await second.chat(chat.id) == telling(chat).after
    assert await pending(second) == 1
    second.close()


@pytest.mark.parametrize("reason", ["a chat changed", "others told of it", "it is spread"])
async def test_nobody_is_told_when_a_chat_changed_or_others_told_of_it_meanwhile(store: TinyStore, reason: str) -> None:
    news = await recorded(store)
    one, two = await listening(store, 1), await listening(store, 2)
    if reason == "a chat changed":
        await store.change(two.id, lambda kept: replace(kept, zone="Asia/Tokyo"))
    elif reason == "others told of it":
        assert await store.tell([], Spreading(news=news), one.id, NOW)
    else:
        await store.end_news(news.number, keep=True)

    assert not await store.tell([telling(one, 1), telling(two, 2)], Spreading(news=news), two.id, NOW)
    assert (await store.chat(one.id), await pending(store)) == (one, 0)


async def test_listeners_are_those_of_the_story_who_want_alerts_and_let_the_bot_in(store: TinyStore) -> None:
    for chat in (30, -5, 12):
        await listening(store, chat)
    await listening(store, 7, OTHER)
    await listening(store, 8)
    await store.shut_out(ChatId(8), BLOCKED)
    await listening(store, 9)
    await store.change(ChatId(9), lambda kept: Chat(id=kept.id, zone="UTC"))

    assert await store.listeners(MAIN) == (-5, 12, 30)
    assert await store.listeners(OTHER) == (7,)
    assert [chat.id for chat in await store.chats([ChatId(12), ChatId(99), ChatId(-5)])] == [12, -5]


async def test_watchers_are_known_by_what_they_watch_for(store: TinyStore) -> None:
    strike = Watch(any_of=("strike",))
    await listening(store, 1, watches=(FERRY,))
    await listening(store, 2, watches=(FERRY, strike))
    await listening(store, 3, OTHER, watches=(FERRY,))
    await store.change(
        ChatId(4), lambda kept: replace(kept, choices=replace(kept.choices, alerts=Alerts(watches=(FERRY,))))
    )

    found = {watch: sorted(chats) for watch, chats in (await store.watchers(MAIN)).items()}

    assert found == {FERRY: [1, 2], strike: [2]}


async def test_chats_with_held_alerts_are_due_in_time_and_not_while_shut_out(tmp_path: Path) -> None:
    first = opened(tmp_path)
    held = Heard(held=(HeldAlert(news=1, key="a"),), due=NOW)
    for chat, late in ((1, 60), (2, 0), (3, -60)):
        heard = replace(held, due=NOW + timedelta(seconds=late))
        await first.change(ChatId(chat), lambda kept, heard=heard: replace(kept, heard=heard))  # type: ignore[misc]
    first.close()
    second = opened(tmp_path)

    assert ids(await second.held_due(NOW, 10)) == [3, 2]
    assert ids(await second.held_due(NOW, 1)) == [3]
    assert await second.next_due() is None
    await second.shut_out(ChatId(3), BLOCKED)
    assert ids(await second.held_due(NOW + A_WEEK, 10)) == [2, 1]
    second.close()


def ids(chats: Collection[Chat]) -> list[int]:
    return [chat.id for chat in chats]


async def test_recent_news_of_a_story_comes_newest_first_and_old_news_is_dropped_once_it_is_spread(
    store: TinyStore,
) -> None:
    old, other, late, new = (
        await recorded(store, age=A_WEEK),
        await recorded(store, OTHER),
        await recorded(store, age=A_WEEK),
        await recorded(store),
    )
    await store.end_news(old.number, keep=True)
    await store.end_news(new.number, keep=True)

    assert await store.recent_news(MAIN, 2) == (new, late)
    assert await store.prune_news(NOW - timedelta(days=1)) == 1
    assert await store.recent_news(MAIN, 9) == (new, late)
    assert await store.recent_news(OTHER, 9) == (other,)


async def test_the_reports_of_some_articles_are_found_by_their_numbers(store: TinyStore) -> None:
    await store.record(first_step())

    assert await store.reports(MAIN, [1, 2]) == {1: report_of()}


async def test_a_moved_chat_takes_along_what_it_has_heard(store: TinyStore) -> None:
    chat = await listening(store, 1)
    heard = Heard(told=2, watched=("a",))
    await store.change(chat.id, lambda kept: replace(kept, heard=heard))

    await store.move(chat.id, ChatId(-1001))

    assert await store.listeners(MAIN) == (-1001,)
    assert [one.heard for one in await store.chats([ChatId(-1001)])] == [heard]
