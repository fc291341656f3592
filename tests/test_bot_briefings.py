"""Subscribing and being briefed: the whole bot over HTTP, with a clock that is moved."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from bot.render.notices import ONLY_ADMINISTRATORS
from bot.sandbox.faults import Fault
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat, Message, Role
from tests.conftest import ROUNDS, START, AtWork, Stage

EIGHT_IN_KYIV = datetime(2024, 11, 13, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SUBSCRIBED = (
    "Subscribed: a briefing every day at 08:00, Europe/Kyiv time.\n"
    "The next one comes on Wednesday, 13 November at 08:00. /unsubscribe ends it.\n"
    "News between briefings: /alerts on"
)


async def last(state: SandboxState, chat: Chat, text: str) -> Message:
    return (await state.ask(chat, text))[-1]


async def quiet(stage: Stage, chat: Chat, bot: AtWork) -> list[str]:
    """What the bot sends to ``chat`` in the next ticks."""
    before = len(stage.state.messages(chat))
    await bot.briefings.plan()
    await asyncio.sleep(ROUNDS)
    return [message.text for message in stage.state.messages(chat)[before:] if message.by_bot]


@pytest.mark.parametrize(
    "words", ["08:00 Europe/Kyiv", "8:00 europe/kyiv", "8am Kyiv", "8 am Kyiv", "Europe/Kyiv 08:00"]
)
async def test_a_subscription_is_confirmed_with_its_next_briefing(bot: Stage, words: str) -> None:
    reply = await last(bot.state, bot.state.private, f"/subscribe {words}")

    assert reply.text == SUBSCRIBED


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            "25:00 Europe/Kyiv",
            "25:00 is not a time of day I can read.\nWrite it like 08:00 or 8am, for example {example}",
        ),
        ("tomorrow", "tomorrow is not a time of day I can read.\nWrite it like 08:00 or 8am, for example {example}"),
        ("08:00 Europe/Kiyv", "Europe/Kiyv is not a time zone I know. Did you mean:\n/subscribe 08:00 Europe/Kyiv"),
        ("08:00 Atlantis", "Atlantis is not a time zone I know. "),
        ("08:00", "A briefing at 08:00: in which time zone?\nChoose a region, or send a city:\n/subscribe 08:00 Kyiv"),
        ("08:00 mon", "Which time zone is that? Add a city:\n/subscribe 08:00 mon Europe/Kyiv"),
        ("", "You are not subscribed to the daily briefing.\nChoose a time below, or send one with a city: {example}"),
    ],
)
async def test_a_wrong_subscription_is_answered_with_a_right_one(bot: Stage, words: str, answer: str) -> None:
    reply = await last(bot.state, bot.state.private, f"/subscribe {words}")

    assert reply.text.startswith(answer.format(example="/subscribe 08:00 Europe/Kyiv"))
    assert "/subscribe 08:00 " in reply.text


async def test_a_known_zone_need_not_be_repeated(bot: Stage) -> None:
    await last(bot.state, bot.state.private, "/subscribe 08:00 Europe/Kyiv")

    changed = await last(bot.state, bot.state.private, "/subscribe 20:30")
    shown = await last(bot.state, bot.state.private, "/subscribe")

    both = "a briefing every day at 08:00 and 20:30, Europe/Kyiv time.\nThe next one comes on Tuesday, 12 November"
    assert both in changed.text
    assert both in shown.text


async def test_a_briefing_comes_once_a_day_whatever_the_clock_does(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        asked = await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")
        assert await bot.briefings.next_moment() == EIGHT_IN_KYIV

        stage.clock.move_to(EIGHT_IN_KYIV - timedelta(seconds=30))
        assert await quiet(stage, private, bot) == []
        stage.clock.move_to(EIGHT_IN_KYIV)
        first, *_ = await stage.state.wait_for_messages(private, after=asked)
        assert "[" in first.text
        await bot.drained()

        assert await quiet(stage, private, bot) == []
        stage.clock.move_to(START)
        assert await quiet(stage, private, bot) == []
        stage.clock.move_to(EIGHT_IN_KYIV + timedelta(hours=3))
        assert await quiet(stage, private, bot) == []
        assert await bot.briefings.next_moment() == EIGHT_IN_KYIV + DAY


async def test_days_missed_bring_one_briefing(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot():
        asked = await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")

    stage.clock.move_to(EIGHT_IN_KYIV + 3 * DAY + timedelta(hours=2))
    async with stage.bot() as bot:
        await stage.state.wait_for_messages(private, after=asked)
        await bot.drained()

        assert await quiet(stage, private, bot) == []
        assert await bot.briefings.next_moment() == EIGHT_IN_KYIV + 4 * DAY


async def test_a_restart_sends_nothing_twice(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        asked = await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")
        stage.clock.move_to(EIGHT_IN_KYIV)
        await stage.state.wait_for_messages(private, after=asked)
        await bot.drained()

    async with stage.bot() as bot:
        assert await quiet(stage, private, bot) == []


async def test_unsubscribed_means_no_more_briefings(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")
        gone = await last(stage.state, private, "/unsubscribe")
        again = await last(stage.state, private, "/unsubscribe")
        stage.clock.move_to(EIGHT_IN_KYIV)

        assert await quiet(stage, private, bot) == []
    assert gone.text == "Unsubscribed. To come back: /subscribe 08:00 Europe/Kyiv"
    assert again.text == "You are not subscribed. To get a daily briefing: /subscribe 08:00 Europe/Kyiv"


async def test_only_administrators_subscribe_a_group(bot: Stage) -> None:
    group = bot.state.group
    bot.state.set_own_role(group, Role.MEMBER)
    refused = await last(bot.state, group, "/subscribe@sandbox_bot 08:00 Europe/Kyiv")
    refused_too = await last(bot.state, group, "/unsubscribe@sandbox_bot")
    bot.state.set_own_role(group, Role.ADMINISTRATOR)
    accepted = await last(bot.state, group, "/subscribe@sandbox_bot 08:00 Europe/Kyiv")

    assert refused.text == ONLY_ADMINISTRATORS
    assert refused_too.text == refused.text
    assert accepted.text == SUBSCRIBED


async def test_a_channel_is_subscribed_by_a_post_and_briefed(bot: Stage) -> None:
    confirmed = await last(bot.state, bot.state.channel, "/subscribe 08:00 Europe/Kyiv")
    bot.clock.move_to(EIGHT_IN_KYIV)
    first, *_ = await bot.state.wait_for_messages(bot.state.channel, after=confirmed)

    assert confirmed.text == SUBSCRIBED
    assert "[" in first.text


async def test_a_forum_topic_gets_its_briefing_until_it_closes_then_the_general_topic(stage: Stage) -> None:
    forum = stage.state.forum
    topic = next(iter(forum.topics or {}))
    async with stage.bot() as bot:
        said = stage.state.say(forum, "/subscribe@sandbox_bot 08:00 Europe/Kyiv", topic_id=topic)
        (confirmed,) = await stage.state.wait_for_messages(forum, after=said)
        stage.clock.move_to(EIGHT_IN_KYIV)
        first, *_ = await stage.state.wait_for_messages(forum, after=confirmed)
        await bot.drained()
        last_one = stage.state.messages(forum)[-1]

        stage.state.set_topic_closed(forum, topic, is_closed=True)
        stage.clock.move_to(EIGHT_IN_KYIV + DAY)
        second, *_ = await stage.state.wait_for_messages(forum, after=last_one)

    assert (confirmed.topic_id, first.topic_id, second.topic_id) == (topic, topic, None)


async def test_a_chat_that_blocked_the_bot_keeps_its_settings_and_comes_back(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")
        stage.state.set_bot_role(private, Role.KICKED)
        stage.clock.move_to(EIGHT_IN_KYIV)
        assert await quiet(stage, private, bot) == []

        said = stage.state.messages(private)[-1]
        stage.state.set_bot_role(private, Role.MEMBER)
        first, *_ = await stage.state.wait_for_messages(private, after=said)
        await bot.drained()
        shown = await last(stage.state, private, "/subscribe")

    assert "[" in first.text
    assert "You get a briefing every day at 08:00, Europe/Kyiv time." in shown.text


async def test_a_refusal_met_while_sending_pauses_the_chat_too(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        asked = await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")
        stage.state.faults.add(
            Fault(method="sendMessage", status=403, description="Forbidden: bot was blocked by the user")
        )
        stage.clock.move_to(EIGHT_IN_KYIV)
        await bot.drained()
        assert await quiet(stage, private, bot) == []

        stage.state.say(private, "/start")
        greeting, briefing, *_ = await stage.state.wait_for_messages(private, 2, after=asked)

    assert "Welcome back" in greeting.text
    assert "Welcome back" not in briefing.text


async def test_a_group_that_became_a_supergroup_is_briefed_there(stage: Stage) -> None:
    group = stage.state.group
    async with stage.bot() as bot:
        await last(stage.state, group, "/subscribe@sandbox_bot 08:00 Europe/Kyiv")
        new = stage.state.upgrade(group)
        await last(stage.state, stage.state.private, "/help")
        stage.clock.move_to(EIGHT_IN_KYIV)
        first, *_ = await stage.state.wait_for_messages(new)

        assert await quiet(stage, group, bot) == []
    assert "[" in first.text


async def test_a_group_that_moved_while_the_bot_was_away_is_followed_at_the_next_send(stage: Stage) -> None:
    group = stage.state.group
    async with stage.bot():
        await last(stage.state, group, "/subscribe@sandbox_bot 08:00 Europe/Kyiv")
    new = stage.state.upgrade(group)
    stage.state.updates.drop_all()
    stage.clock.move_to(EIGHT_IN_KYIV)

    async with stage.bot():
        first, *_ = await stage.state.wait_for_messages(new)

    assert "[" in first.text


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="sendMessage", status=429, retry_after=1, times=2),
        Fault(method="sendMessage", status=502, times=2),
    ],
    ids=["flood", "bad gateway"],
)
async def test_a_briefing_not_taken_is_sent_again(stage: Stage, fault: Fault) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        asked = await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")
        stage.state.faults.add(fault)
        stage.clock.move_to(EIGHT_IN_KYIV)
        sent = await stage.state.wait_for_messages(private, after=asked)
        await bot.drained()

        assert await quiet(stage, private, bot) == []
    assert len({message.text for message in sent}) == len(sent)


async def test_a_briefing_that_may_have_arrived_is_sent_once_more_and_never_a_third_time(stage: Stage) -> None:
    private = stage.state.private
    async with stage.bot() as bot:
        asked = await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")
        stage.state.faults.add(Fault(method="sendMessage", cuts=True, is_done_first=True, times=2))
        stage.clock.move_to(EIGHT_IN_KYIV)
        await stage.state.wait_for_messages(private, after=asked)
        await bot.drained()

        assert await quiet(stage, private, bot) == []
        (doubtful,) = await bot.store.lost(10)
    texts = [message.text for message in stage.state.messages(private) if message.by_bot and message.id > asked.id]
    assert texts[0] == texts[1]
    assert len(set(texts[1:])) == len(texts[1:])
    assert doubtful.reason.startswith("unknown whether it arrived: ")


async def test_a_full_disk_holds_up_the_record_and_repeats_no_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = stage.state.private

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    async with stage.bot() as bot:
        asked = await last(stage.state, private, "/subscribe 08:00 Europe/Kyiv")
        stage.state.faults.add(Fault(method="sendMessage", delay=timedelta(seconds=0.3)))
        stage.clock.move_to(EIGHT_IN_KYIV)
        await bot.briefings.plan()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            await stage.state.wait_for_messages(private, after=asked)
            await asyncio.sleep(ROUNDS)
        await bot.drained()

        assert await quiet(stage, private, bot) == []
    texts = [message.text for message in stage.state.messages(private) if message.by_bot and message.id > asked.id]
    assert "Sorry" not in " ".join(texts)
    assert len(texts) == len(set(texts))
