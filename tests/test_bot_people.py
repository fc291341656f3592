"""Settings, pauses, groups, topics, channels and links: the whole bot with several people in every kind of chat."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.outbox import ChatId
from bot.render.notices import ONLY_ADMINISTRATORS
from bot.sandbox.world import ChatKind, Place, Role
from handlers.presses import OUTDATED
from tests.conftest import ROUNDS, Stage
from tests.people import BEN, IRA, MARA, answered, labels, now, pressed, said

EIGHT_IN_KYIV = datetime(2024, 11, 13, 6, 0, tzinfo=UTC)
KYIV = Place(latitude=50.45, longitude=30.52)


async def test_one_subscribes_and_sets_everything_by_buttons_of_one_message(bot: Stage) -> None:
    state, private = bot.state, bot.state.private
    (how,) = await state.ask(private, "/subscribe")
    assert labels(how) == [["+ 06:00", "+ 07:00", "+ 08:00", "+ 09:00"], ["+ 12:00", "+ 18:00", "+ 20:00", "+ 22:00"]]

    await pressed(state, how, "08:00")
    await pressed(state, how, "Europe")
    await pressed(state, how, "Kaliningrad – Samara")
    done = await pressed(state, how, "Kyiv")
    assert done.text.splitlines()[:3] == [
        "Settings of this chat",
        "🕗 Briefings: 08:00 every day",
        "🌍 Time zone: Europe/Kyiv, where it is 11:00",
    ]
    await pressed(state, how, "Quiet")
    await pressed(state, how, "22:00–07:00")
    await pressed(state, how, "Back")
    await pressed(state, how, "Contents")
    await pressed(state, how, "Timeline")
    await pressed(state, how, "Back")
    await pressed(state, how, "Alerts")
    await pressed(state, how, "Switch on")
    await pressed(state, how, "Back")
    await pressed(state, how, "No sound")
    last = await pressed(state, how, "Short briefings")

    assert last.text.splitlines()[3:] == [
        "🌙 Quiet hours: 22:00–07:00",
        "📄 A briefing holds: summary, figures (troops, casualties); short",
        "🔔 Alerts: on, at most 5 a day",
        "🔊 Sound: off: messages come silently",
        "Next briefing: Wednesday, 13 November at 08:00",
    ]
    assert len([message for message in state.messages(private) if message.by_bot]) == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("zone Seoul", "🌍 Time zone: Asia/Seoul, where it is 18:00"),
        ("time 07:30 Kyiv weekdays", "🕗 Briefings: 07:30 on weekdays"),
        ("quiet 22:30-06:15", "🌙 Quiet hours: 22:30–06:15"),
        (
            "sections conflicts on",
            "📄 A briefing holds: summary, figures (troops, casualties), timeline, conflicts; full",
        ),
        ("trackers troops off", "📄 A briefing holds: summary, figures (casualties), timeline; full"),
        ("alerts on", "🔔 Alerts: on, at most 5 a day"),
        ("sound off", "🔊 Sound: off: messages come silently"),
        ("length short", "📄 A briefing holds: summary, figures (troops, casualties), timeline; short"),
    ],
)
async def test_words_after_settings_do_what_buttons_do(bot: Stage, words: str, line: str) -> None:
    (panel,) = await bot.state.ask(bot.state.private, f"/settings {words}")

    assert line in panel.text.splitlines()


async def test_settings_that_are_not_understood_are_answered_with_right_ones(bot: Stage) -> None:
    (answer,) = await bot.state.ask(bot.state.private, "/settings zone Kiyv")

    assert answer.text == (
        "I expected a time zone, such as Europe/Kyiv; I got Kiyv\nFor example: /settings zone Europe/Kyiv"
    )


async def test_settings_outlast_a_restart(stage: Stage) -> None:
    async with stage.bot():
        await stage.state.ask(stage.state.private, "/settings zone Seoul")
        (before,) = await stage.state.ask(stage.state.private, "/settings sound off")
    async with stage.bot():
        (after,) = await stage.state.ask(stage.state.private, "/settings")

    assert after.text == before.text


async def test_a_button_of_an_older_version_is_answered(bot: Stage) -> None:
    (panel,) = await bot.state.ask(bot.state.private, "/settings")
    query = bot.state.press(panel, panel.buttons[0][0].__class__(text="old", data="c:nowhere |"))
    await bot.state.wait_until(lambda: query.answer is not None)

    assert query.answer is not None
    assert query.answer.text == OUTDATED
    assert now(bot.state, panel).text == panel.text


async def test_a_shared_location_sets_the_zone_and_is_not_kept(bot: Stage) -> None:
    shared = bot.state.share_place(bot.state.private, KYIV)
    (panel,) = await bot.state.wait_for_messages(bot.state.private, after=shared)

    assert panel.text.startswith("When to brief you\nNo briefings yet.\nTimes are Europe/Kyiv time.")
    assert b"50.4" not in b"".join(path.read_bytes() for path in bot.data.iterdir() if path.is_file())


async def test_today_briefs_now_and_does_not_count_as_the_days_briefing(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot() as bot:
        await state.ask(private, "/subscribe 08:00 Europe/Kyiv")
        first, *_ = await state.ask(private, "/today")
        await asyncio.sleep(ROUNDS)
        before = state.messages(private)[-1]

        stage.clock.move_to(EIGHT_IN_KYIV)
        came, *_ = await state.wait_for_messages(private, after=before)
        await bot.drained()

    assert came.text == first.text


async def test_a_pause_holds_back_the_briefing_and_resume_brings_the_next(stage: Stage) -> None:
    state, private = stage.state, stage.state.private
    async with stage.bot() as bot:
        await state.ask(private, "/subscribe 08:00 Europe/Kyiv")
        (paused,) = await state.ask(private, "/pause 3d")
        stage.clock.move_to(EIGHT_IN_KYIV)
        await bot.drained()
        assert state.messages(private)[-1] == paused
        (shown,) = await state.ask(private, "/settings")
        (resumed,) = await state.ask(private, "/resume")
        stage.clock.move_to(EIGHT_IN_KYIV + timedelta(days=1))
        (came, *_) = await state.wait_for_messages(private, after=resumed)

    assert paused.text == "Paused until Friday, 15 November at 11:00. /resume ends it earlier."
    assert "⏸ Paused: until Friday, 15 November at 11:00" in shown.text
    assert resumed.text == "Welcome back. The next briefing comes on Thursday, 14 November at 08:00."
    assert "[" in came.text


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/pause", "Paused. Nothing comes unasked until /resume."),
        (
            "/pause soon",
            "I expected a while of hours, days or weeks, at most a year; I got soon\nFor example: /pause 3d",
        ),
        ("/resume", "There was no pause. No briefing is set. To get one: /subscribe 08:00 Europe/Kyiv"),
    ],
)
async def test_pauses_of_other_kinds_are_answered(bot: Stage, command: str, answer: str) -> None:
    (told,) = await bot.state.ask(bot.state.private, command)

    assert told.text == answer


CHANGES = ("subscribe 08:00 Kyiv", "unsubscribe", "settings", "settings sound off", "pause 3d", "resume", "forget")


@pytest.mark.parametrize("words", CHANGES)
async def test_a_member_of_a_group_changes_nothing(bot: Stage, words: str) -> None:
    command, _, rest = words.partition(" ")
    answer = await said(bot.state, bot.state.group, f"/{command}@sandbox_bot {rest}", BEN)

    assert (answer.text, answer.buttons) == (ONLY_ADMINISTRATORS, ())


@pytest.mark.parametrize("who", [MARA, IRA])
async def test_administrators_also_anonymous_ones_change_what_a_group_gets(bot: Stage, who: int) -> None:
    answer = await said(bot.state, bot.state.group, "/settings@sandbox_bot zone Kyiv", who)

    assert "Europe/Kyiv" in answer.text  # to Ira in her own language


async def test_a_member_who_presses_is_told_so_and_the_message_stays(bot: Stage) -> None:
    state, group = bot.state, bot.state.group
    panel = await said(state, group, "/settings@sandbox_bot", MARA)

    refused = await answered(state, panel, "No sound", state.users[BEN])
    assert (refused, now(state, panel).text) == (ONLY_ADMINISTRATORS, panel.text)
    accepted = await answered(state, panel, "No sound", state.users[IRA])

    assert accepted == ""
    assert "🔊 Sound: off" in now(state, panel).text  # in the group's language, which is not Ira's


async def test_anybody_in_a_group_may_ask_for_todays_briefing(bot: Stage) -> None:
    answer = await said(bot.state, bot.state.group, "/today@sandbox_bot", BEN)

    assert "[" in answer.text


async def test_a_briefing_set_by_buttons_in_a_topic_comes_to_that_topic(stage: Stage) -> None:
    state, forum = stage.state, stage.state.forum
    topic = list(forum.topics or {})[1]
    async with stage.bot() as bot:
        panel = await said(state, forum, "/settings@sandbox_bot zone Kyiv", MARA, topic)
        await pressed(state, panel, "Times", state.users[MARA])
        await pressed(state, panel, "08:00", state.users[MARA])
        last = state.messages(forum)[-1]
        stage.clock.move_to(EIGHT_IN_KYIV)
        came, *_ = await state.wait_for_messages(forum, after=last)
        await bot.drained()

    assert (panel.topic_id, came.topic_id) == (topic, topic)


async def test_commands_for_another_bot_are_not_ours(bot: Stage) -> None:
    state, group = bot.state, bot.state.group
    state.set_bot_role(group, Role.ADMINISTRATOR)  # so that it hears everything
    before = len(state.messages(group))
    for command in ("settings", "today", "forget", "status", "pause"):
        state.say(group, f"/{command}@another_bot")
    await state.ask(state.private, "/help")

    assert [message for message in state.messages(group)[before:] if message.by_bot] == []


async def test_a_channel_is_set_from_the_private_chat_of_who_administers_it(stage: Stage) -> None:
    state, channel = stage.state, stage.state.channel
    mara = state.chats[MARA]
    async with stage.bot() as bot:
        subscribed = await said(state, mara, "/subscribe @morning_wire 08:00 Kyiv", MARA)
        panel = await said(state, mara, "/settings @morning_wire", MARA)
        silent = await pressed(state, panel, "No sound", state.users[MARA])
        sent = await said(state, mara, "/today @morning_wire", MARA)
        posts = [message for message in state.messages(channel) if message.by_bot]
        stage.clock.move_to(EIGHT_IN_KYIV)
        came, *_ = await state.wait_for_messages(channel, len(posts) + 1)
        await bot.drained()
        ended = await said(state, mara, "/unsubscribe @morning_wire", MARA)

    assert subscribed.text.splitlines() == [
        "Subscribed @morning_wire: a briefing every day at 08:00, Europe/Kyiv time.",
        "The next one comes on Wednesday, 13 November at 08:00. /unsubscribe @morning_wire ends it.",
        "News between briefings: /alerts @morning_wire on",
    ]
    assert panel.text.startswith("Settings of Morning wire\n🕗 Briefings: 08:00 every day\n")
    assert "🔊 Sound: off" in silent.text
    assert (sent.text, posts[0].is_silent) == ("Sent to @morning_wire.", True)
    assert "[" in came.text
    assert ended.text == "Unsubscribed. To come back: /subscribe @morning_wire 08:00 Europe/Kyiv"
    assert not [message for message in state.messages(channel) if "ubscribed" in message.text]


@pytest.mark.parametrize("words", ["settings {}", "subscribe {} 08:00 Kyiv", "today {}", "unsubscribe {}", "forget {}"])
@pytest.mark.parametrize("name", ["@morning_wire", "@nobody_here", "-1003000000001", "-100999999999", "@sandbox_bot"])
async def test_who_does_not_administer_a_channel_learns_nothing_of_it(bot: Stage, words: str, name: str) -> None:
    ben = bot.state.chats[BEN]

    answer = await said(bot.state, ben, "/" + words.format(name), BEN)

    assert answer.text == (
        "That works for a channel or group in which both you and I are administrators. "
        f"For {name} I cannot see that. Add me there as an administrator first."
    )


async def test_rights_in_a_channel_are_asked_at_every_press(bot: Stage) -> None:
    state, mara = bot.state, bot.state.chats[MARA]
    panel = await said(state, mara, "/settings @morning_wire", MARA)
    state.set_role(state.channel, state.users[MARA], Role.MEMBER)

    refused = await answered(state, panel, "No sound")

    assert (refused, now(state, panel).text) == (ONLY_ADMINISTRATORS, panel.text)


async def test_a_channel_without_a_name_is_named_by_its_id(bot: Stage) -> None:
    state, mara = bot.state, bot.state.chats[MARA]
    state.channel.username = ""

    answer = await said(state, mara, f"/subscribe {state.channel.id} 08:00 Kyiv", MARA)

    assert answer.text.startswith(f"Subscribed {state.channel.id}: a briefing every day at 08:00")


async def test_a_channel_does_not_show_its_settings_to_its_subscribers(bot: Stage) -> None:
    state, channel = bot.state, bot.state.channel
    (pointer,) = await state.ask(channel, "/settings")
    ((button,),) = pointer.buttons
    assert button.url == f"https://t.me/sandbox_bot?start=settings{channel.id}"

    (panel,) = await state.ask(state.private, "/start " + button.url.partition("=")[2])
    refused = await said(state, state.chats[BEN], "/start " + button.url.partition("=")[2], BEN)

    assert panel.text.startswith("Settings of Morning wire")
    assert refused.text.startswith("That works for a channel")


async def test_who_gives_the_bot_a_channel_is_told_in_private_how_to_set_it(stage: Stage) -> None:
    state, mara = stage.state, stage.state.chats[MARA]
    async with stage.bot():
        await said(state, mara, "/start", MARA)
        last = state.messages(mara)[-1]
        state.set_bot_role(state.channel, Role.LEFT, by=state.users[MARA])
        state.set_bot_role(state.channel, Role.ADMINISTRATOR, by=state.users[MARA])
        (offer,) = await state.wait_for_messages(mara, after=last)
        await pressed(state, offer, "+ 08:00", state.users[MARA])
        await pressed(state, offer, "UTC", state.users[MARA])
        done = now(state, offer)

    assert offer.text.startswith("I can post in Morning wire now.")
    assert done.text.startswith("Settings of Morning wire\n🕗 Briefings: 08:00 every day")


async def test_who_never_started_the_bot_is_not_written_to_and_nothing_of_them_is_kept(stage: Stage) -> None:
    state = stage.state
    async with stage.bot() as bot:
        state.set_bot_role(state.channel, Role.LEFT, by=state.users[MARA])
        state.set_bot_role(state.channel, Role.ADMINISTRATOR, by=state.users[MARA])
        await state.ask(state.private, "/help")

        assert state.messages(state.chats[MARA]) == []
        assert await bot.store.chat(ChatId(MARA)) is None


async def test_a_channel_that_demotes_the_bot_gets_nothing_until_it_may_post_again(stage: Stage) -> None:
    state, channel = stage.state, stage.state.channel
    async with stage.bot() as bot:
        await state.ask(state.private, "/subscribe @morning_wire 08:00 Kyiv")
        state.set_bot_role(channel, Role.MEMBER)
        await state.ask(state.private, "/help")
        kept = await bot.store.chat(ChatId(channel.id))
        assert kept is not None
        assert kept.shut_out is not None  # before anything was refused
        stage.clock.move_to(EIGHT_IN_KYIV)
        await bot.drained()
        assert [message for message in state.messages(channel) if message.by_bot] == []

        state.set_bot_role(channel, Role.ADMINISTRATOR)
        came, *_ = await state.wait_for_messages(channel)

    assert "[" in came.text


async def test_a_link_subscribes_at_its_time_once_a_zone_is_chosen(bot: Stage) -> None:
    state, private = bot.state, bot.state.private
    (asks,) = await state.ask(private, "/start sub-0800")
    assert asks.text.startswith("A briefing at 08:00: in which time zone?")

    await pressed(state, asks, "Asia")
    await pressed(state, asks, "Sakhalin – Yangon")
    done = await pressed(state, asks, "Seoul")
    (known,) = await state.ask(private, "/start sub-2030")

    assert "🕗 Briefings: 08:00 every day\n🌍 Time zone: Asia/Seoul" in done.text
    assert known.text.startswith("Subscribed: a briefing every day at 08:00 and 20:30, Asia/Seoul time.")


async def test_a_link_that_nobody_wrote_is_a_plain_start(bot: Stage) -> None:
    (greeting,) = await bot.state.ask(bot.state.private, "/start sub-2500")

    assert "For example:" in greeting.text


async def test_the_button_that_adds_the_bot_to_a_group_leads_to_its_settings_there(stage: Stage) -> None:
    state, group = stage.state, stage.state.group
    group.roles.pop(state.bot.id)
    async with stage.bot():
        (greeting,) = await state.ask(state.private, "/start")
        greeting = await pressed(state, greeting, "Skip the tour")
        url = greeting.buttons[-1][0].url
        state.follow_group_link(group, url.partition("startgroup=")[2], by=state.users[MARA])
        hello, panel = await state.wait_for_messages(group, 2)

    assert url == "https://t.me/sandbox_bot?startgroup=settings"
    assert "An administrator can subscribe the group" in hello.text
    assert panel.text.startswith("Settings of this chat")


async def test_groups_have_no_button_to_add_the_bot_to_a_group(bot: Stage) -> None:
    (greeting,) = await bot.state.ask(bot.state.group, "/start@sandbox_bot")

    assert [button.url for row in greeting.buttons for button in row if button.url] == []


async def test_a_group_may_be_set_from_private_too_by_its_administrators(bot: Stage) -> None:
    state = bot.state
    assert state.group.kind is ChatKind.GROUP

    allowed = await said(state, state.chats[MARA], f"/settings {state.forum.id} sound off", MARA)
    refused = await said(state, state.chats[BEN], f"/settings {state.forum.id} sound off", BEN)

    assert allowed.text.startswith("Settings of Field desk")
    assert refused.text.startswith("That works for a channel")


async def test_one_cannot_set_another_persons_chat(bot: Stage) -> None:
    answer = await said(bot.state, bot.state.chats[BEN], f"/settings {MARA} sound off", BEN)

    assert answer.text.startswith("I expected ")
