"""The contract of every store, kept on its real files; a store that joins later is one more parameter."""

from __future__ import annotations

import asyncio
import stat
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.chats import Chat
from bot.digest.alert import Alert
from bot.digest.alerts import mentioned
from bot.digest.merging import merge
from bot.digest.model import Change, Digest, Revision
from bot.digest.patching import difference
from bot.digest.watched import Watch
from bot.errors import StoreBusyError, StoreFullError
from bot.outbox import ChatId, ChatMoves, ChatPauses, Delivered, Dies, LeavesTopic, PictureKey, RowId, State, Waits
from bot.ports import Depth, Library, Lost, Store
from bot.stories import MAIN, News, StoryName, StoryTopic
from storage.codec import patch_text
from storage.outbox_table import INTERRUPTED
from storage.tinydb_store import open_store
from tests import postgres
from tests.homes import Folder, Home, OpenStore, Server, closed
from tests.stores import (
    BLOCKED,
    CHAT,
    EIGHT,
    FILE,
    GROUP,
    KICKED,
    NINE,
    NOW,
    SOON,
    SUPERGROUP,
    TODAY,
    TOLD,
    TOMORROW,
    begun,
    brief,
    choosing,
    covering,
    first_step,
    message,
    opened,
    report_of,
    said,
    step_of,
    subscribed,
)

A_WEEK = timedelta(days=7)


@pytest.fixture(params=["tinydb", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    if request.param == "tinydb":
        return Folder(tmp_path)
    server: postgres.Server = request.getfixturevalue("postgres_server")
    return Server(server.fresh())


@pytest.fixture
async def store(home: Home) -> AsyncIterator[OpenStore]:
    found = await home.open()
    yield found
    await closed(found)


async def reopened(store: OpenStore, home: Home) -> OpenStore:
    await closed(store)
    return await home.open()


async def counts(store: Store) -> dict[State, int]:
    depth = await store.depth()
    return {state: count for state, count in depth.by_state.items() if count}


async def test_a_story_is_found_again_after_a_restart(home: Home) -> None:
    first, told = await home.open(), first_step()
    await first.record(told)
    await closed(first)

    second = await home.open()

    assert await second.library() == Library(reader="1", filed=told.filed)
    assert (await second.digest(), await second.reports()) == (told.stories[0].digest, {1: report_of()})
    assert await second.articles() == {1: report_of().article}
    assert second.fault is None
    await closed(second)


async def test_a_step_adds_to_what_is_there(store: OpenStore) -> None:
    one, two = report_of(), report_of("It fell on Friday.", "b.txt")
    await store.record(first_step())
    before = await store.packed_reports([1])

    await store.record(step_of({2: two}, await store.digest(), merged=[one, two]))

    assert (await store.digest(), await store.reports()) == (merge([one, two]), {1: one, 2: two})
    assert await store.reports(MAIN, {2}) == {2: two}
    assert await store.pieces(MAIN) == 2
    assert await store.packed_reports([1, 3]) == before


async def test_what_versions_of_an_article_changed_is_found_again_after_a_restart(home: Home) -> None:
    change = Change(before="The river rose on Monday.", after="The river rose on Tuesday.")
    revisions = (Revision(number=4, at=NOW, sentences=3, changes=(change, Change(before="It fell.")), title="A river"),)
    report = replace(report_of(), revisions=revisions)
    first = await home.open()
    await first.record(step_of({1: report}))
    await closed(first)

    second = await home.open()

    (packed,) = (await second.packed_reports([1])).values()
    assert second.packing.revisions(packed) == revisions
    assert (await second.digest()).sources[0].revisions == revisions
    assert await second.reports() == {1: report}
    await closed(second)


async def test_an_article_stored_before_versions_were_kept_has_none(store: OpenStore) -> None:
    step = first_step()
    await store.record(replace(step, reports={1: step.reports[1].replace(',"revisions":[]', "")}))

    (packed,) = (await store.packed_reports([1])).values()
    assert "revisions" not in packed
    assert store.packing.revisions(packed) == ()
    assert await store.reports() == {1: report_of()}


async def test_what_is_withdrawn_leaves_and_those_after_it_move_up(store: OpenStore) -> None:
    one, two = report_of(), report_of("It fell on Friday.", "b.txt")
    await store.record(step_of({1: one, 2: two}))

    await store.record(replace(step_of({}, await store.digest(), merged=[two]), withdrawn=(1,)))

    assert (await store.digest(), await store.reports()) == (merge([two]), {1: two})
    assert [filed.number for filed in (await store.library()).filed] == [2]


async def test_an_article_lies_once_in_the_library_and_in_several_stories(store: OpenStore) -> None:
    flood, one = StoryName("flood"), report_of()
    await store.record(first_step())
    both = replace(first_step().filed[0], places={MAIN: 1, flood: 1})

    await store.record(replace(step_of({1: one}, story=flood), filed=(both,)))

    assert (await store.library()).filed == (both,)
    assert await store.reports(flood) == await store.reports(MAIN) == {1: one}
    packed = await store.packed_story(flood)
    assert {number: store.packing.read_report(text) for number, text in packed.items()} == {1: one}
    assert await store.digest(flood) == await store.digest(MAIN)


async def test_news_and_known_alerts_come_with_the_articles(home: Home) -> None:
    store, alert = await home.open(), watched_alert()
    step = step_of({1: report_of()}, alerts=(alert,))

    (news,) = await store.record(step)
    (quiet,) = [replace(growth, quiet=True) for growth in step.stories]
    silent = await store.record(replace(step, stories=(quiet,)))

    assert news == News(number=1, story=MAIN, at=NOW, articles=(1,), alerts=(alert,))
    assert silent == ()
    again = await reopened(store, home)
    assert (await again.library()).known == {MAIN: frozenset(alert.keys)}
    await closed(again)


def watched_alert() -> Alert:
    found = mentioned(Watch(any_of=("river",)), report_of(), 1)
    assert found is not None
    return found


async def test_a_digest_that_was_gathered_is_the_same_after_a_restart(home: Home) -> None:
    store, one, two = await home.open(), report_of(), report_of("It fell on Friday.", "b.txt")
    await store.record(first_step())
    await store.record(step_of({2: two}, await store.digest(), merged=[one, two]))

    await store.gather(MAIN, patch_text(difference(Digest(), await store.digest())))

    assert await store.pieces(MAIN) == 1
    again = await reopened(store, home)
    assert await again.digest() == merge([one, two])
    await closed(again)


async def test_a_step_that_the_disk_does_not_take_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    await store.record(first_step())
    library, digest = await store.library(), await store.digest()
    two = report_of("It fell on Friday.", "b.txt")
    monkeypatch.setattr(store._database.storage.file, "write", full)

    with pytest.raises(StoreFullError):
        await store.record(step_of({2: two}, digest, merged=[report_of(), two]))

    assert (await store.library(), await store.digest(), await store.reports()) == (library, digest, {1: report_of()})
    store.close()


def full(_: object) -> None:
    raise StoreFullError("no room")


async def test_an_empty_store_has_an_empty_digest_and_no_articles(store: OpenStore) -> None:
    assert (await store.digest(), await store.library(), await store.reports()) == (Digest(), Library(), {})
    assert await store.claim(9, NOW) == ()
    assert await store.depth() == Depth(by_state=Counter(dict.fromkeys(State, 0)), oldest=None)
    assert await store.next_due() is None


def leaving(chat: Chat) -> Chat:
    """The change that unsubscribing makes."""
    return replace(chat, schedules=(), next_due=None)


BRIEFED_CHAT = Chat(
    id=CHAT,
    schedules=(replace(EIGHT, done=TODAY),),
    zone="Europe/Kyiv",
    thread=7,
    next_due=TOMORROW,
    told=TOLD,
)


async def test_a_subscription_is_found_again_after_a_restart(home: Home) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1), message(2), thread=7)
    kept = await store.chat(CHAT)

    again = await reopened(store, home)

    assert await again.chat(CHAT) == kept
    assert kept == BRIEFED_CHAT
    assert said(await begun(again)) == [message(1)]
    await closed(again)


async def test_only_those_are_due_whose_time_has_come_and_who_let_the_bot_in(store: OpenStore) -> None:
    await subscribed(store)
    await subscribed(store, GROUP)
    await store.shut_out(GROUP, KICKED)

    assert await store.due(SOON - timedelta(seconds=1), 9) == ()
    assert [chat.id for chat in await store.due(SOON, 9)] == [CHAT]
    assert {chat.id for chat in await store.subscribed()} == {CHAT, GROUP}
    await store.let_in(GROUP)
    assert {chat.id for chat in await store.due(SOON, 9)} == {CHAT, GROUP}


async def test_those_due_longest_come_first_and_no_more_than_asked(store: OpenStore) -> None:
    for number in (3, 1, 2):
        moment = NOW + timedelta(minutes=number)
        await store.change(ChatId(number), choosing(next_due=moment))

    assert [chat.id for chat in await store.due(SOON, 2)] == [1, 2]
    assert [chat.id for chat in await store.due(SOON, 9)] == [1, 2, 3]
    assert await store.next_due() == NOW + timedelta(minutes=1)


async def test_a_moment_that_nobody_waited_for_and_somebody_does_again_counts_once(store: OpenStore) -> None:
    for moment in (SOON, TOMORROW, SOON):
        await store.change(CHAT, choosing(next_due=moment))

    assert [chat.id for chat in await store.due(TOMORROW, 9)] == [CHAT]
    assert await store.next_due() == SOON


async def test_a_briefing_is_recorded_once(store: OpenStore) -> None:
    await subscribed(store)
    kept = await store.chat(CHAT)
    assert kept is not None

    assert await store.brief([covering(kept, message(1))], NOW) == 1
    assert await store.brief([covering(kept, message(1))], NOW) == 0
    assert await store.brief([covering(replace(kept, zone="UTC"), message(2))], NOW) == 0
    assert await store.brief([covering(Chat(id=GROUP), message(3, GROUP))], NOW) == 0
    assert said(await store.claim(9, NOW)) == [message(1)]


async def test_a_chat_that_changed_meanwhile_is_not_briefed_and_the_others_of_the_batch_are(store: OpenStore) -> None:
    await subscribed(store)
    await subscribed(store, GROUP)
    kept, other = await store.chat(CHAT), await store.chat(GROUP)
    assert kept is not None
    assert other is not None
    await store.shut_out(GROUP, KICKED)

    assert await store.brief([covering(other, message(1, GROUP)), covering(kept, message(1))], NOW) == 1
    assert await store.chat(GROUP) == replace(other, shut_out=KICKED)


async def test_a_change_that_changes_nothing_keeps_nothing_of_a_stranger(store: OpenStore) -> None:
    assert await store.change(CHAT, lambda chat: chat) == Chat(id=CHAT)
    assert await store.chat(CHAT) is None


async def test_everything_of_a_chat_is_forgotten_at_its_wish(home: Home) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1), message(2))
    await subscribed(store, GROUP, message(1, GROUP))
    for queued in await begun(store):
        await store.settle(queued, Delivered(), NOW)
    (sending,) = await begun(store)

    await store.forget(CHAT)
    await store.settle(sending, Delivered(), NOW)

    again = await reopened(store, home)
    assert await again.chat(CHAT) is None
    assert await counts(again) == {State.SENT: 1}
    await closed(again)
    assert b"2</b>" not in await home.content()


async def test_leaving_drops_what_waits_and_keeps_the_mark_and_the_zone(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1), message(2))

    await store.change(CHAT, leaving, drops_waiting=True)

    assert await store.chat(CHAT) == Chat(id=CHAT, zone="Europe/Kyiv", told=TOLD)
    assert await counts(store) == {}


async def test_what_is_being_sent_when_a_chat_leaves_is_settled(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1), message(2))
    (sending,) = await begun(store)

    await store.change(CHAT, leaving, drops_waiting=True)
    assert await counts(store) == {State.SENDING: 1}
    await store.settle(sending, Delivered(), NOW)

    assert await counts(store) == {State.SENT: 1}


async def test_a_moved_chat_takes_everything_along(home: Home) -> None:
    store = await home.open()
    await subscribed(store, GROUP, message(1, GROUP), message(2, GROUP))
    (sending,) = await begun(store)

    await store.settle(sending, ChatMoves(to=SUPERGROUP), NOW)
    await store.move(GROUP, SUPERGROUP)

    again = await reopened(store, home)
    assert await again.chat(GROUP) is None
    assert await again.chat(SUPERGROUP) == replace(BRIEFED_CHAT, id=SUPERGROUP, thread=None)
    (first,) = await begun(again)
    assert first.message == message(1, SUPERGROUP)
    await again.settle(first, Delivered(), NOW)
    assert said(await begun(again)) == [message(2, SUPERGROUP)]
    await closed(again)


async def test_a_moved_chat_that_subscribed_anew_keeps_its_new_choice(store: OpenStore) -> None:
    await subscribed(store, GROUP, message(1, GROUP))
    await store.change(SUPERGROUP, choosing(NINE))

    await store.move(GROUP, SUPERGROUP)

    kept = await store.chat(SUPERGROUP)
    assert kept is not None
    assert (kept.schedules, kept.told) == ((NINE,), TOLD)
    assert said(await store.claim(9, NOW)) == [message(1, SUPERGROUP)]


async def test_a_message_sent_under_the_old_id_is_not_queued_again_under_the_new(store: OpenStore) -> None:
    await subscribed(store, GROUP, message(1, GROUP))
    (sent,) = await begun(store)
    await store.settle(sent, Delivered(), NOW)

    await store.move(GROUP, SUPERGROUP)
    await brief(store, SUPERGROUP, message(1, SUPERGROUP), day=date(2024, 11, 13))

    assert await store.claim(9, NOW) == ()


async def test_what_moves_while_it_is_sent_is_settled_under_the_new_id(store: OpenStore) -> None:
    await subscribed(store, GROUP, message(1, GROUP))
    (sending,) = await begun(store)

    await store.move(GROUP, SUPERGROUP)
    await store.settle(sending, ChatPauses(reason="kicked"), NOW)

    kept = await store.chat(SUPERGROUP)
    assert kept is not None
    assert kept.shut_out == KICKED
    assert await store.chat(GROUP) is None


async def test_messages_of_a_chat_leave_in_order_and_one_at_a_time(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1), message(2))

    (first,) = await store.claim(9, NOW)
    assert await store.claim(9, NOW) == ()
    assert await store.begin([first.id], NOW) == {first.id}
    assert await store.claim(9, NOW) == ()
    await store.settle(first, Delivered(), NOW)

    assert (first.message, said(await store.claim(9, NOW))) == (message(1), [message(2)])


async def test_those_queued_longest_are_claimed_first_whatever_their_chat(store: OpenStore) -> None:
    for number in (5, 3, 9, 1):
        await subscribed(store, ChatId(number), message(1, ChatId(number)), message(2, ChatId(number)))

    first = await begun(store, most=3)
    for queued in first:
        await store.settle(queued, Delivered(), NOW)

    assert [queued.message.chat for queued in first] == [5, 3, 9]
    assert [(queued.message.chat, queued.message.key) for queued in await store.claim(9, NOW)] == [
        (5, "briefing 2"),
        (3, "briefing 2"),
        (9, "briefing 2"),
        (1, "briefing 1"),
    ]


async def test_what_was_queued_once_is_not_queued_again_even_when_it_was_sent(home: Home) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1))
    (queued,) = await begun(store)
    await store.settle(queued, Delivered(), NOW)

    again = await reopened(store, home)
    await brief(again, CHAT, message(1), message(2), day=date(2024, 11, 13))

    assert said(await again.claim(9, NOW)) == [message(2)]
    await closed(again)


async def test_settling_twice_or_what_nobody_claimed_changes_nothing(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1), message(2))
    (queued,) = await begun(store)
    await store.settle(queued, Delivered(), NOW)

    await store.settle(queued, Dies(reason="late"), NOW, [message(9)])
    await store.settle(replace(queued, id=RowId(2)), Dies(reason="never claimed"), NOW, [message(9)])
    await store.settle(replace(queued, id=RowId(77)), Dies(reason="unheard of"), NOW, [message(9)])

    assert await counts(store) == {State.SENT: 1, State.PENDING: 1}


async def test_a_message_that_waits_stays_first_until_its_pause_is_over(home: Home) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1), message(2))
    (queued,) = await begun(store)

    await store.settle(queued, Waits(pause=timedelta(seconds=5), attempts=3, doubts=1, reason="429"), NOW)

    assert await store.claim(9, NOW + timedelta(seconds=4)) == ()
    again = await reopened(store, home)
    assert await again.claim(9, NOW + timedelta(seconds=4)) == ()
    assert await again.claim(9, NOW + timedelta(seconds=5)) == (replace(queued, attempts=3, doubts=1),)
    await closed(again)


@pytest.mark.parametrize("restart", [True, False])
async def test_a_clock_set_back_holds_up_nobody(home: Home, restart: bool) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1))
    await subscribed(store, GROUP, message(1, GROUP))
    for queued in await begun(store):
        later = NOW if queued.message.chat == CHAT else NOW - A_WEEK
        await store.settle(queued, Waits(pause=timedelta(seconds=5), attempts=1, doubts=0, reason="429"), later)
    if restart:
        store = await reopened(store, home)

    claimed = await store.claim(9, NOW - A_WEEK)

    assert said(claimed) == [message(1)]
    assert said(await store.claim(9, NOW - A_WEEK + timedelta(seconds=5))) == [message(1, GROUP)]
    await closed(store)


async def test_a_clock_set_back_within_a_pause_makes_it_no_longer_than_that(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1))
    (queued,) = await begun(store)
    await store.settle(queued, Waits(pause=timedelta(seconds=5), attempts=1, doubts=0, reason="429"), NOW)

    assert await store.claim(9, NOW + timedelta(seconds=1)) == ()
    assert await store.claim(9, NOW - timedelta(minutes=3)) == ()
    assert len(await store.claim(9, NOW + timedelta(seconds=5))) == 1


async def test_a_message_given_up_is_told_with_its_reason(home: Home) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1), message(2))
    for number, reason in enumerate(("refused: too long", "unknown")):
        (queued,) = await begun(store)
        await store.settle(queued, Dies(reason=reason), NOW + timedelta(seconds=number))

    again = await reopened(store, home)

    assert await again.lost(9) == (
        Lost(message=message(2), reason="unknown", at=NOW + timedelta(seconds=1)),
        Lost(message=message(1), reason="refused: too long", at=NOW),
    )
    assert len(await again.lost(1)) == 1
    await closed(again)


async def test_a_pause_holds_back_what_waits_and_its_end_lets_it_go(home: Home) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1), message(2))
    (queued,) = await begun(store)

    await store.settle(queued, ChatPauses(reason="blocked"), NOW)

    assert await counts(store) == {State.PAUSED: 2}
    assert await store.claim(9, NOW) == ()
    again = await reopened(store, home)
    assert await again.claim(9, NOW) == ()
    await again.let_in(CHAT)
    assert await counts(again) == {State.PENDING: 2}
    assert said(await again.claim(9, NOW)) == [message(1)]
    await closed(again)


async def test_a_new_subscription_ends_a_pause(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1))
    await store.shut_out(CHAT, BLOCKED)

    await subscribed(store)

    assert said(await store.claim(9, NOW)) == [message(1)]


async def test_a_chat_that_is_only_written_to_is_paused_like_any_other(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1))
    (queued,) = await begun(store)
    await store.settle(queued, Delivered(), NOW, [message(5, GROUP)])
    (notice,) = await begun(store)

    await store.settle(notice, ChatPauses(reason="kicked"), NOW)

    assert await store.chat(GROUP) == Chat(id=GROUP, shut_out=KICKED)
    assert await store.claim(9, NOW) == ()


async def test_nothing_is_kept_of_a_stranger_that_shuts_the_bot_out(store: OpenStore) -> None:
    await store.shut_out(CHAT, BLOCKED)

    assert await store.chat(CHAT) is None


async def test_a_notice_goes_behind_what_waits(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1), message(2))
    (queued,) = await begun(store)

    await store.settle(queued, Dies(reason="refused"), NOW, [message(7)])

    order = []
    while found := await begun(store):
        order += said(found)
        await store.settle(found[0], Delivered(), NOW)
    assert order == [message(2), message(7)]


async def test_a_topic_that_is_gone_is_left_by_the_chat_and_all_that_waits(home: Home) -> None:
    store = await home.open()
    await subscribed(
        store, GROUP, *(message(number, GROUP, thread) for number, thread in ((1, 7), (2, 7), (3, 8))), thread=7
    )
    (queued,) = await begun(store)

    await store.settle(queued, LeavesTopic(reason="closed"), NOW, [message(4, GROUP)])

    kept = await store.chat(GROUP)
    assert kept is not None
    assert kept.thread is None
    again = await reopened(store, home)
    threads = []
    while found := await begun(again):
        threads.append(found[0].message.thread)
        await again.settle(found[0], Delivered(), NOW)
    assert threads == [None, None, 8, None]
    await closed(again)


async def test_a_chat_in_another_topic_stays_there(store: OpenStore) -> None:
    await subscribed(store, GROUP, message(1, GROUP, 7), thread=8)
    (queued,) = await begun(store)

    await store.settle(queued, LeavesTopic(reason="closed"), NOW)

    kept = await store.chat(GROUP)
    assert kept is not None
    assert kept.thread == 8


async def test_what_was_claimed_or_begun_and_not_sent_is_returned(store: OpenStore) -> None:
    for number in (1, 2):
        await subscribed(store, ChatId(number), message(1, ChatId(number)))
    claimed = await store.claim(9, NOW)
    await store.begin([claimed[0].id], NOW)

    await store.release([queued.id for queued in claimed], NOW)

    assert await store.claim(9, NOW) == claimed


@pytest.mark.parametrize("change", ["pause", "unsubscribe", "move"])
async def test_what_is_no_longer_to_be_sent_is_not_begun(store: OpenStore, change: str) -> None:
    await subscribed(store, CHAT, message(1))
    (claimed,) = await store.claim(9, NOW)

    match change:
        case "pause":
            await store.shut_out(CHAT, BLOCKED)
        case "unsubscribe":
            await store.change(CHAT, leaving, drops_waiting=True)
        case _:
            await store.move(CHAT, GROUP)

    assert await store.begin([claimed.id], NOW) == frozenset()
    assert State.SENDING not in await counts(store)


async def test_a_restart_returns_what_was_begun_with_a_doubt_and_what_was_claimed_without(home: Home) -> None:
    store = await home.open()
    for number in (1, 2):
        await subscribed(store, ChatId(number), message(1, ChatId(number)))
    first, second = await store.claim(9, NOW)
    await store.begin([first.id], NOW)

    again = await reopened(store, home)
    count = await again.recover(NOW)

    assert count == 1
    assert await again.claim(9, NOW) == (replace(first, doubts=1), second)
    await closed(again)


async def test_what_is_interrupted_again_and_again_is_given_up(home: Home) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1))
    for _ in range(2):
        await begun(store)
        store = await reopened(store, home)
        await store.recover(NOW)

    assert await store.claim(9, NOW) == ()
    assert await store.lost(9) == (Lost(message=message(1), reason=INTERRUPTED, at=NOW),)
    await closed(store)


async def test_waiting_ends_when_something_is_queued_resumed_or_settled(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1))
    await store.shut_out(CHAT, BLOCKED)
    for act in (
        lambda: store.let_in(CHAT),
        lambda: brief(store, CHAT, message(2), day=date(2024, 11, 13)),
    ):
        await store.claim(0, NOW)
        waiting = asyncio.create_task(store.wait_for_work(timedelta(seconds=30)))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await act()
        await asyncio.wait_for(waiting, 20)


async def test_waiting_ends_in_time(store: OpenStore) -> None:
    await asyncio.wait_for(store.wait_for_work(timedelta(seconds=0.01)), 20)


async def test_old_messages_are_dropped_and_counted(home: Home) -> None:
    store = await home.open()
    for number in range(1, 4):
        await subscribed(store, ChatId(number), message(number, ChatId(number)))
    sent, late, dead = await begun(store)
    await store.settle(sent, Delivered(), NOW)
    await store.settle(late, Delivered(), SOON)
    await store.settle(dead, Dies(reason="refused"), NOW)

    assert await store.prune(SOON, NOW) == 1
    assert await counts(store) == {State.SENT: 1, State.DEAD: 1}
    store = await reopened(store, home)
    assert await store.prune(SOON, SOON) == 1
    assert await store.lost(9) == ()
    assert await counts(store) == {State.SENT: 1}
    await closed(store)


async def test_the_depth_tells_since_when_the_oldest_waits(store: OpenStore) -> None:
    await subscribed(store, CHAT, message(1))
    await subscribed(store, GROUP)
    await brief(store, GROUP, message(1, GROUP), now=SOON)
    first, _ = await begun(store)
    assert (await store.depth()).oldest == NOW

    await store.settle(first, Delivered(), SOON)

    assert (await store.depth()).oldest == SOON


async def test_a_text_is_kept_once_however_many_chats_it_goes_to(home: Home) -> None:
    store = await home.open()
    long = "ж" * 4000
    for number in range(1, 101):
        chat = ChatId(number)
        await subscribed(store, chat, replace(message(1, chat), html=long))
    await closed(store)

    assert len(await home.content()) < 200_000
    again = await home.open()
    for queued in await begun(again):
        assert queued.message.html == long
        await again.settle(queued, Delivered(), NOW)
    await again.prune(NOW, NOW)
    await closed(again)
    assert long.encode() not in await home.content()


async def test_many_changes_at_once_are_all_kept(home: Home) -> None:
    store = await home.open()
    await asyncio.gather(*(subscribed(store, ChatId(number), message(1, ChatId(number))) for number in range(1, 41)))

    again = await reopened(store, home)

    assert len(await again.subscribed()) == 40
    assert len(await again.claim(99, NOW)) == 40
    await closed(again)


async def test_a_cancelled_caller_leaves_disk_and_memory_alike(home: Home) -> None:
    store = await home.open()
    for number in range(1, 6):
        task = asyncio.create_task(subscribed(store, ChatId(number)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await subscribed(store, ChatId(6))
    remembered = {chat.id for chat in await store.subscribed()}

    again = await reopened(store, home)

    assert {chat.id for chat in await again.subscribed()} == remembered
    await closed(again)


async def test_who_is_cancelled_before_it_sends_gives_the_message_back(home: Home) -> None:
    store = await home.open()
    await subscribed(store, CHAT, message(1))
    claimed = await store.claim(9, NOW)
    task = asyncio.create_task(store.begin([claimed[0].id], NOW))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert await store.claim(9, NOW) == claimed
    again = await reopened(store, home)
    assert await again.recover(NOW) == 0
    await closed(again)


async def test_what_is_handed_out_is_nobody_elses(store: OpenStore) -> None:
    await subscribed(store)
    first, second = await store.chat(CHAT), await store.chat(CHAT)

    assert first == second
    assert first is not second


def test_two_processes_do_not_share_a_store(tmp_path: Path) -> None:
    store = opened(tmp_path)

    with pytest.raises(StoreBusyError) as refusal:
        opened(tmp_path)

    assert str(refusal.value) == (
        f"{tmp_path}: expected to be the only one who uses this folder, got another running sitrep. "
        "Stop it, or give this one another folder with SITREP_DATA."
    )
    store.close()
    opened(tmp_path).close()


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    store = opened(tmp_path)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(f"{FILE}*")}

    assert modes == dict.fromkeys((FILE, f"{FILE}-wal", f"{FILE}-shm"), 0o600)
    store.close()


def test_a_store_is_given_up_in_whatever_thread_closes_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as opener, ThreadPoolExecutor(1) as closer:
        store = opener.submit(open_store, tmp_path, FILE).result()

        closer.submit(store.close).result()

        opener.submit(open_store, tmp_path, FILE).result().close()


async def test_a_store_that_takes_changes_has_no_trouble(store: OpenStore) -> None:
    await store.change(CHAT, lambda chat: chat)

    assert await store.trouble() is None


async def test_a_picture_is_kept_once_with_its_ids_and_shown_by_the_messages_that_name_it(store: OpenStore) -> None:
    key = PictureKey("a chart")
    shown = replace(message(1), picture=key)
    await store.keep_picture(key, b"\x89PNG first", NOW)
    await store.keep_picture(key, b"\x89PNG second", NOW)
    await store.keep_file_id(key, 7, "file")
    await store.keep_file_id(key, 8, "other")
    await store.keep_file_id(key, 8, None)
    await store.keep_file_id(PictureKey("unheard of"), 7, "file")
    await subscribed(store, CHAT, shown)

    assert said(await store.claim(9, NOW)) == [shown]
    assert await store.picture(key) == b"\x89PNG first"
    assert [await store.file_id(key, bot) for bot in (7, 8)] == ["file", None]
    assert await store.file_id(PictureKey("unheard of"), 7) is None
    assert (await store.prune_pictures(NOW), await store.prune_pictures(SOON)) == (0, 1)
    assert (await store.picture(key), await store.file_id(key, 7)) == (None, None)


async def test_stories_that_operators_declare_and_dismiss_are_found_again(home: Home) -> None:
    flood = StoryTopic(name=StoryName("flood"), title="Flood", words=Watch(any_of=("flood",)), by_operator=True)
    strike = replace(flood, name=StoryName("strike"), title="Strike")
    first = await home.open()
    for topic in (flood, strike, replace(flood, title="The flood")):
        await first.keep_topic(topic)
    gone = [await first.drop_topic(strike.name), await first.drop_topic(strike.name)]
    await first.dismiss(Watch(any_of=("fire",)))
    await first.dismiss(Watch(any_of=("fire",)))
    await closed(first)

    second = await home.open()

    assert gone == [True, False]
    assert await second.topics() == (replace(flood, title="The flood"),)
    assert await second.dismissed() == (Watch(any_of=("fire",)),)


async def test_followers_are_those_who_are_told_of_other_stories(store: OpenStore) -> None:
    other = StoryName("flood")
    await subscribed(store, CHAT)
    await subscribed(store, GROUP)
    await store.change(GROUP, lambda chat: replace(chat, story=other))
    await store.change(SUPERGROUP, lambda chat: replace(chat, story=other))  # gets nothing unasked

    assert await store.followers([MAIN]) == (GROUP,)
    assert await store.followers([other]) == (CHAT,)
    assert await store.followers([MAIN, other]) == ()
