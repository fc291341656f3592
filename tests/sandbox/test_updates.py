"""What the bot is told, when, and once: getUpdates, privacy mode, membership."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from telegram import Bot, Update
from telegram.error import Conflict

from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Button, Role
from bot.sandbox.writing import NotAllowedError
from tests.sandbox_fixtures import connected_bot, echo_bot, new_state


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.effective_message.text if update.effective_message else None for update in updates]


async def test_an_update_stays_until_a_higher_offset_acknowledges_it(bot: Bot, state: SandboxState) -> None:
    for text in ("one", "two", "three"):
        state.say(state.private, text)

    first = await bot.get_updates(limit=2)
    again = await bot.get_updates(limit=2)
    rest = await bot.get_updates(offset=first[-1].update_id + 1)

    assert texts(first) == texts(again) == ["one", "two"]
    assert texts(rest) == ["three"]
    assert texts(await bot.get_updates()) == ["three"]


async def test_an_update_waits_for_a_day_and_no_longer(bot: Bot, state: SandboxState) -> None:
    state.say(state.private, "yesterday")
    state.clock.move_by(timedelta(hours=23))
    state.say(state.private, "today")
    assert texts(await bot.get_updates()) == ["yesterday", "today"]

    state.clock.move_by(timedelta(hours=2))

    assert texts(await bot.get_updates()) == ["today"]


async def test_a_negative_offset_keeps_only_the_newest(bot: Bot, state: SandboxState) -> None:
    for text in ("one", "two", "three"):
        state.say(state.private, text)

    assert texts(await bot.get_updates(offset=-2)) == ["two", "three"]
    assert texts(await bot.get_updates()) == ["two", "three"]


async def test_a_long_poll_ends_as_soon_as_something_happens(bot: Bot, state: SandboxState) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)

    started = time.monotonic()
    state.say(state.private, "now")

    assert texts(await polling) == ["now"]
    assert time.monotonic() - started < 15


async def test_a_long_poll_ends_empty_after_its_time(bot: Bot) -> None:
    started = time.monotonic()

    assert await bot.get_updates(timeout=1) == ()
    assert time.monotonic() - started > 0.9


async def test_a_second_poller_ends_the_first_with_a_conflict(bot: Bot, state: SandboxState, address: str) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    async with connected_bot(state, address) as other:
        second = asyncio.create_task(other.get_updates(timeout=20))

        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        state.say(state.private, "for the second")
        assert texts(await second) == ["for the second"]


async def test_the_bot_chooses_what_it_is_told(bot: Bot, state: SandboxState) -> None:
    await bot.get_updates(allowed_updates=["my_chat_member"])

    state.say(state.private, "not wanted")
    state.set_bot_role(state.group, Role.ADMINISTRATOR)

    updates = await bot.get_updates()
    assert [update.my_chat_member is not None for update in updates] == [True]


async def test_waiting_updates_can_be_dropped(bot: Bot, state: SandboxState) -> None:
    state.say(state.private, "old")
    assert (await bot.get_webhook_info()).pending_update_count == 1

    await bot.delete_webhook(drop_pending_updates=True)

    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        ("hello all", False),
        ("/help", True),
        ("/help@echo_bot now", True),
        ("/HELP@ECHO_BOT", True),
        ("/help@other_bot", False),
        ("what does @echo_bot say", True),
        ("@echo_bottle", False),
    ],
)
async def test_in_a_group_only_what_is_meant_for_it_reaches_the_bot(
    bot: Bot, state: SandboxState, text: str, reaches: bool
) -> None:
    state.say(state.group, text)

    assert texts(await bot.get_updates()) == ([text] if reaches else [])


async def test_a_reply_to_the_bot_reaches_it_and_one_to_a_person_does_not(bot: Bot, state: SandboxState) -> None:
    mine = await bot.send_message(state.group.id, "mine")
    theirs = state.say(state.group, "theirs")

    state.say(state.group, "to you", reply_to=mine.message_id)
    state.say(state.group, "to them", reply_to=theirs.id)

    updates = await bot.get_updates()
    assert texts(updates) == ["to you"]
    assert updates[0].message
    assert updates[0].message.reply_to_message
    assert updates[0].message.reply_to_message.text == "mine"


async def test_an_administrator_hears_everything_in_a_group(bot: Bot, state: SandboxState) -> None:
    state.set_bot_role(state.group, Role.ADMINISTRATOR)

    state.say(state.group, "hello all")

    assert texts(await bot.get_updates()) == [None, "hello all"]


async def test_a_message_in_a_topic_says_which(bot: Bot, state: SandboxState) -> None:
    topic_id = next(iter(state.forum.topics or {}))

    state.say(state.forum, "/help", topic_id=topic_id)

    update = (await bot.get_updates())[0]
    assert update.message
    assert (update.message.message_thread_id, update.message.is_topic_message) == (topic_id, True)
    assert update.message.chat.is_forum


async def test_what_is_written_in_a_channel_is_a_post_of_the_channel(bot: Bot, state: SandboxState) -> None:
    state.say(state.channel, "/summary")

    update = (await bot.get_updates())[0]
    assert update.message is None
    assert update.channel_post
    assert (update.channel_post.text, update.channel_post.from_user) == ("/summary", None)
    assert update.channel_post.sender_chat
    assert update.channel_post.sender_chat.title == "Morning wire"


async def test_the_bot_hears_when_it_is_blocked_removed_or_promoted(bot: Bot, state: SandboxState) -> None:
    state.set_bot_role(state.private, Role.KICKED)
    state.set_bot_role(state.private, Role.MEMBER)
    state.set_bot_role(state.channel, Role.KICKED)

    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [
        (change.chat.type, change.old_chat_member.status, change.new_chat_member.status) for change in changes if change
    ] == [
        ("private", "member", "kicked"),
        ("private", "kicked", "member"),
        ("channel", "administrator", "kicked"),
    ]


async def test_a_group_the_bot_joins_again_says_so(bot: Bot, state: SandboxState) -> None:
    state.set_bot_role(state.group, Role.LEFT)
    state.set_bot_role(state.group, Role.MEMBER)

    updates = await bot.get_updates()
    joined = [update.message.new_chat_members for update in updates if update.message]
    assert [[member.id for member in members] for members in joined] == [[state.bot.id]]


async def test_a_migration_is_told_in_both_chats(bot: Bot, state: SandboxState) -> None:
    new = state.upgrade(state.group)

    messages = [update.message for update in await bot.get_updates()]
    assert [(m.chat.id, m.migrate_to_chat_id, m.migrate_from_chat_id) for m in messages if m] == [
        (state.group.id, new.id, None),
        (new.id, None, state.group.id),
    ]


async def test_people_cannot_do_what_telegrams_app_does_not_offer(state: SandboxState) -> None:
    state.set_bot_role(state.private, Role.KICKED)
    state.set_own_role(state.channel, Role.MEMBER)
    state.upgrade(state.group)
    said = state.say(state.forum, "x")

    for chat in (state.private, state.channel, state.group):
        with pytest.raises(NotAllowedError):
            state.say(chat, "hello")
    with pytest.raises(NotAllowedError):
        state.say(state.forum, "  ")
    with pytest.raises(NotAllowedError):
        state.press(said, Button(text="Web", url="https://example.org"))
    with pytest.raises(LookupError, match="expected a button with 'More'"):
        state.press(said, "More")
    with pytest.raises(NotAllowedError):
        state.upgrade(state.group)
    with pytest.raises(NotAllowedError):
        state.set_topic_closed(state.forum, 99, is_closed=True)


async def test_every_person_has_a_chat_of_their_own(bot: Bot, state: SandboxState) -> None:
    ada = state.add_person("Ada")

    state.say(ada, "/start")
    await bot.send_message(ada.id, "hello Ada")

    update = (await bot.get_updates())[0]
    assert update.effective_user
    assert update.effective_user.first_name == "Ada"
    assert [message.text for message in state.messages(state.private)] == []


async def test_a_real_bot_answers_and_stops_promptly(state: SandboxState, address: str) -> None:
    async with echo_bot(state, address):
        answers = await state.ask(state.private, "good morning")
        pressed = state.press((await state.ask(state.private, "/start"))[0], "Toast")
        await state.wait_until(lambda: pressed.answer is not None)
        posts = await state.ask(state.channel, "a post")
        started = time.monotonic()

    assert [message.text for message in answers] == ["You said: good morning"]
    assert [message.text for message in posts] == ["You said: a post"]
    assert time.monotonic() - started < 8


async def test_waiting_in_vain_says_what_came_instead(state: SandboxState, bot: Bot) -> None:
    await bot.send_message(state.group.id, "only this")

    with pytest.raises(TimeoutError, match="expected 2 messages in Newsroom, got 1: \\['only this'\\]"):
        await state.wait_for_messages(state.group, 2, within=timedelta(milliseconds=50))


async def test_starting_over_empties_the_chats_and_keeps_the_menu(state: SandboxState, bot: Bot) -> None:
    await bot.set_my_commands([("help", "Help")])
    state.say(state.private, "old")
    state.upgrade(state.group)

    state.start_over()

    assert state.messages(state.private) == []
    assert state.group.moved_to is None
    assert await bot.get_updates() == ()
    assert len(await bot.get_my_commands()) == 1


async def test_after_starting_over_the_bot_may_write_to_whom_it_knew(state: SandboxState, bot: Bot) -> None:
    state.say(state.private, "/start")
    state.set_bot_role(state.private, Role.KICKED)

    state.start_over()
    (told,) = await bot.get_updates()
    shown_as_new = not state.private.is_started
    await bot.send_message(state.private.id, "your briefing")

    assert told.my_chat_member is not None
    assert told.my_chat_member.new_chat_member.status == Role.MEMBER
    assert shown_as_new
    assert [message.text for message in state.messages(state.private)] == ["your briefing"]
    assert state.private.is_started


async def test_a_poller_does_not_hold_up_the_end() -> None:
    state = new_state()
    async with serving(state) as address, connected_bot(state, address) as bot:
        polling = asyncio.create_task(bot.get_updates(timeout=30))
        await asyncio.sleep(0.1)
        started = time.monotonic()
        state.close()

        assert await polling == ()
    assert time.monotonic() - started < 15
