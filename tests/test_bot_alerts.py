"""Alerts: the whole bot over HTTP; articles arrive while the clock is moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.chats import Alerts as Wanted
from bot.chats import Choices
from bot.desk import alerts as desk
from bot.desk.alerting import BURST
from bot.desk.alerts import Alerts
from bot.outbox import ChatId, Outgoing
from bot.ports import Planned, Spreading
from bot.render.notices import ONLY_ADMINISTRATORS
from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import Fault
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat, Message, Role
from bot.settings import SANDBOX
from storage.tinydb_store import TinyStore, open_store
from tests.arriving import arrive
from tests.conftest import ROUNDS, AtWork, Stage
from tests.story import article, shipped_trackers

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2023, 7, day) for day in range(17, 22))
NOON = datetime(2023, 7, 19, 12, 0, tzinfo=UTC)
NIGHT = datetime(2023, 7, 19, 23, 30, tzinfo=UTC)
MORNING = datetime(2023, 7, 20, 7, 0, tzinfo=UTC)
POLICE_12 = article("Police said 12 people were killed in Larne.", day=MONDAY, name="police-12", publisher="The Post")
POLICE_19 = article("Police said 19 people were killed in Larne.", day=TUESDAY, name="police-19", publisher="The Echo")
RED_CROSS_9 = article("The Red Cross said 9 people were killed in Larne.", day=MONDAY, name="red-cross-9")
STRIKE = article("Nurses walked out at every hospital of Larne on Tuesday.", day=TUESDAY, name="strike", publisher="A")
FERRY = article("Engineers raised the sunken ferry on Wednesday.", day=WEDNESDAY, name="ferry", publisher="B")
CAPTAIN = article("Divers found the missing captain on Thursday.", day=THURSDAY, name="captain", publisher="C")
POLICE_40 = article("Police said 40 people were killed in Larne.", day=FRIDAY, name="police-40", publisher="D")
MOVED = "📈 Figure moved: 12 → 19"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A sandbox at noon, and no article yet, nor one that a round of the folder would find as the clock moves on."""
    clock = SandboxClock(lambda: datetime.now(UTC))
    clock.move_to(NOON)
    state = SandboxState(clock=clock)
    nothing = tmp_path / "articles"
    nothing.mkdir()
    async with serving(state) as address:
        yield Stage(state=state, clock=clock, address=address, data=tmp_path, articles=nothing)


async def last(state: SandboxState, chat: Chat, text: str) -> Message:
    return (await state.ask(chat, text))[-1]


async def told(stage: Stage, chat: Chat, after: Message) -> str:
    """The next message that comes to the chat."""
    return (await stage.state.wait_for_messages(chat, after=after))[0].text


async def next_words(stage: Stage, chat: Chat, bot: AtWork) -> list[str]:
    """What comes to the chat in the next ticks, once everything that is on its way has arrived."""
    before = len(stage.state.messages(chat))
    await asyncio.sleep(ROUNDS)
    await bot.drained()
    return [message.text for message in stage.state.messages(chat)[before:] if message.by_bot]


async def press(stage: Stage, message: Message, label: str) -> None:
    """Presses a button and waits until the panel has changed."""
    query = stage.state.press(message, label)
    await stage.state.wait_until(lambda: query.answer is not None)


@pytest.mark.parametrize("where", ["private", "group", "channel"])
async def test_a_new_article_is_told_to_who_switched_alerts_on(stage: Stage, where: str) -> None:
    chat = getattr(stage.state, where)
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        shown = await last(stage.state, chat, f"/alerts{'@sandbox_bot' if where == 'group' else ''} on")
        await arrive(bot.store, stage.clock, POLICE_19)
        alert = await told(stage, chat, shown)

        assert "Now: on, at most 5 a day." in shown.text
        assert alert.startswith(MOVED)
        assert "Police said 12 people were killed in Larne." in alert
        assert await next_words(stage, chat, bot) == []


async def test_an_alert_comes_to_the_topic_in_which_alerts_were_switched_on(stage: Stage) -> None:
    forum = stage.state.forum
    topic = next(iter(forum.topics or {}))
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        said = stage.state.say(forum, "/alerts@sandbox_bot on", topic_id=topic)
        (shown,) = await stage.state.wait_for_messages(forum, after=said)
        await arrive(bot.store, stage.clock, POLICE_19)
        (alert,) = await stage.state.wait_for_messages(forum, after=shown)

    assert (alert.text.partition("\n")[0], alert.topic_id) == (MOVED, topic)


async def test_nobody_hears_of_what_came_before_alerts_were_switched_on(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        await arrive(bot.store, stage.clock, POLICE_19)
        assert await next_words(stage, private, bot) == []
        await last(stage.state, private, "/alerts on")

        assert await next_words(stage, private, bot) == []


async def test_quiet_hours_hold_an_alert_until_they_end_also_over_a_restart(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        await last(stage.state, private, "/alerts on")
        shown = await last(stage.state, private, "/settings quiet 22:00-07:00")
        stage.clock.move_to(NIGHT)
        await arrive(bot.store, stage.clock, POLICE_19)
        assert await next_words(stage, private, bot) == []
        waiting = await last(stage.state, private, "/news")

    async with stage.bot() as bot:
        assert await next_words(stage, private, bot) == []
        stage.clock.move_to(MORNING)
        alert = await told(stage, private, waiting)
        again = await next_words(stage, private, bot)

    assert "22:00–07:00" in shown.text
    assert "⏳ Waiting" in waiting.text
    assert MOVED in waiting.text
    assert (alert.partition("\n")[0], again) == (MOVED, [])


async def test_a_burst_is_gathered_into_one_message(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        shown = await last(stage.state, private, "/alerts on")
        await arrive(bot.store, stage.clock, POLICE_19)
        first = (await stage.state.wait_for_messages(private, after=shown))[0]
        await arrive(bot.store, stage.clock, STRIKE)
        await arrive(bot.store, stage.clock, FERRY)
        assert await next_words(stage, private, bot) == []
        stage.clock.move_to(NOON + BURST + timedelta(minutes=1))
        second = await told(stage, private, first)

        assert await next_words(stage, private, bot) == []
    assert "Nurses walked out" in second
    assert "Engineers raised" in second


async def test_the_cap_keeps_back_what_news_then_shows(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        shown = await last(stage.state, private, "/alerts on")
        shown = await last(stage.state, private, "/settings alerts cap 1")
        await arrive(bot.store, stage.clock, STRIKE)
        first = (await stage.state.wait_for_messages(private, after=shown))[0]
        stage.clock.move_to(NOON + 2 * BURST)
        await arrive(bot.store, stage.clock, FERRY)
        assert await next_words(stage, private, bot) == []
        stage.clock.move_to(NOON + timedelta(days=1))
        await arrive(bot.store, stage.clock, CAPTAIN)
        next_day = (await stage.state.wait_for_messages(private, after=first))[0]
        recent = await last(stage.state, private, "/news")
        stage.clock.move_to(NOON + timedelta(days=2))
        await arrive(bot.store, stage.clock, POLICE_40)
        third = await told(stage, private, recent)

    assert "Divers found" in next_day.text
    assert next_day.text.endswith("1 more waiting: /news") or "1 more waiting: /news" in next_day.text
    assert all(words in recent.text for words in ("Nurses walked out", "Engineers raised", "Divers found"))
    assert "more waiting" not in third


async def test_a_correction_is_said_to_be_one(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        shown = await last(stage.state, private, "/alerts on")
        await arrive(bot.store, stage.clock, replace(POLICE_12, text="Police said 9 people were killed in Larne."))
        alert = await told(stage, private, shown)

    assert alert.startswith("✏️ Correction: 12 → 9")
    assert "earlier version of [1]" in alert


async def test_a_conflict_that_opens_is_told_with_both_sides(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        shown = await last(stage.state, private, "/alerts on")
        await arrive(bot.store, stage.clock, RED_CROSS_9)
        alert = await told(stage, private, shown)

    assert "⚡ New conflict" in alert
    assert "Police said [1]" in alert
    assert "The Red Cross said [2]" in alert


async def test_news_recorded_before_a_crash_is_told_after_it_and_once(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        shown = await last(stage.state, private, "/alerts on")
    store = open_store(stage.data, SANDBOX)
    await arrive(store, stage.clock, POLICE_19)
    store.close()

    async with stage.bot() as bot:
        alert = await told(stage, private, shown)
        assert await next_words(stage, private, bot) == []
    async with stage.bot() as bot:
        assert await next_words(stage, private, bot) == []
    assert alert.startswith(MOVED)


async def test_a_chat_that_blocked_the_bot_is_told_nothing_of_what_came_meanwhile(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        await last(stage.state, private, "/alerts on")
        stage.state.set_bot_role(private, Role.KICKED)
        await asyncio.sleep(ROUNDS)
        await arrive(bot.store, stage.clock, POLICE_19)
        assert await next_words(stage, private, bot) == []
        stage.state.set_bot_role(private, Role.MEMBER)
        assert await next_words(stage, private, bot) == []
        await arrive(bot.store, stage.clock, STRIKE)
        (alert,) = await next_words(stage, private, bot)

    assert "Nurses walked out" in alert


async def test_an_alert_that_is_refused_by_a_chat_waits_for_it(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        shown = await last(stage.state, private, "/alerts on")
        stage.state.faults.add(
            Fault(method="sendMessage", status=403, description="Forbidden: bot was blocked by the user")
        )
        await arrive(bot.store, stage.clock, POLICE_19)
        assert await next_words(stage, private, bot) == []
        stage.state.say(private, "/start")
        _, alert = await stage.state.wait_for_messages(private, 2, after=shown)

    assert alert.text.startswith(MOVED)


async def test_watched_words_are_told_with_their_sentence_and_nothing_else_is(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        shown = await last(stage.state, private, '/watch Ferries "old bridge" -strike')
        await arrive(bot.store, stage.clock, POLICE_19, FERRY)
        alert = await told(stage, private, shown)
        copy = replace(FERRY, id=replace(FERRY, id=POLICE_19.id).id)
        await arrive(bot.store, stage.clock, replace(copy, id=STRIKE.id))
        assert await next_words(stage, private, bot) == []

    assert 'Ferries "old bridge" -strike' in shown.text
    assert alert.startswith("👀 Watched: Ferries")
    assert "Engineers raised the sunken ferry on Wednesday." in alert
    assert "Figure moved" not in alert


async def test_a_watch_is_removed_by_its_button_or_its_words(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot():
        await last(stage.state, private, "/watch ferry")
        await last(stage.state, private, "/watch bridge")
        both = await last(stage.state, private, "/watch strike")
        await press(stage, both, "🗑 bridge")
        await last(stage.state, private, "/unwatch FERRY")
        left = await last(stage.state, private, "/watch")
        wrong = await last(stage.state, private, "/unwatch river")

    assert [line for line in left.text.split("\n") if line.startswith("•")] == ["• strike"]
    assert wrong.text == "I expected “all” or one of: strike; I got river\nFor example: /unwatch strike"


@pytest.mark.parametrize("command", ["/alerts on", "/watch ferry", "/unwatch ferry"])
async def test_only_administrators_choose_the_alerts_of_a_group_and_everybody_reads_the_news(
    stage: Stage, command: str
) -> None:
    group = stage.state.group
    async with stage.bot():
        stage.state.set_own_role(group, Role.MEMBER)
        name, _, rest = command.partition(" ")
        refused = await last(stage.state, group, f"{name}@sandbox_bot {rest}")
        news = await last(stage.state, group, "/news@sandbox_bot")

    assert refused.text == ONLY_ADMINISTRATORS
    assert news.text == "No alerts in the last days.\nAlerts are off here: /alerts on"


async def test_kinds_are_chosen_by_words_and_buttons(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await arrive(bot.store, stage.clock, POLICE_12)
        await last(stage.state, private, "/alerts on")
        shown = await last(stage.state, private, "/alerts kinds moved event")
        await press(stage, shown, "✓ 📈 Moved figures")
        await arrive(bot.store, stage.clock, POLICE_19)
        assert await next_words(stage, private, bot) == []
        await arrive(bot.store, stage.clock, STRIKE)
        (alert,) = await next_words(stage, private, bot)

    assert alert.startswith("🆕 New event")


class Cut(TinyStore):
    """A store whose process ends in the middle of spreading: before or after the step of ``at``-th telling."""

    at: int
    is_before: bool

    async def tell(self, planned: Sequence[Planned], of: Spreading, reached: ChatId, now: datetime) -> bool:
        self.at -= 1
        if self.at == 0 and self.is_before:
            raise ConnectionAbortedError
        is_done = await super().tell(planned, of, reached, now)
        if self.at == 0:
            raise ConnectionAbortedError
        return is_done


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("at", [1, 2, 3])
async def test_spreading_that_is_cut_goes_on_where_it_was_and_tells_nobody_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, is_before: bool
) -> None:
    monkeypatch.setattr(desk, "A_BATCH", 10)
    clock = SandboxClock(lambda: datetime.now(UTC))
    clock.move_to(NOON)
    store = open_store(tmp_path, SANDBOX)
    for number in range(1, 26):
        wanted = Choices(alerts=Wanted(on=True))
        await store.change(ChatId(number), lambda kept, wanted=wanted: replace(kept, choices=wanted))  # type: ignore[misc]
    await arrive(store, clock, POLICE_12)
    await alerts_of(store, clock).spread()
    await arrive(store, clock, POLICE_19)
    store.__class__ = Cut
    assert isinstance(store, Cut)
    store.at, store.is_before = at, is_before
    with pytest.raises(ConnectionAbortedError):
        await alerts_of(store, clock).spread()
    store.close()

    again = open_store(tmp_path, SANDBOX)
    await asyncio.gather(alerts_of(again, clock).spread(), alerts_of(again, clock).spread())
    sent = await claimed(again)
    chats = await again.chats([ChatId(number) for number in range(1, 26)])
    assert sorted(message.chat for message in sent) == list(range(1, 26))
    assert all(message.html.startswith("<b>" + MOVED) for message in sent)
    assert {(chat.heard.told, chat.heard.held) for chat in chats} == {(1, ())}
    again.close()


def alerts_of(store: TinyStore, clock: SandboxClock) -> Alerts:
    return Alerts(store=store, answers=store, clock=clock, trackers=shipped_trackers())


async def claimed(store: TinyStore) -> list[Outgoing]:
    return [queued.message for queued in await store.claim(1000, datetime.now(UTC) + timedelta(days=1))]
